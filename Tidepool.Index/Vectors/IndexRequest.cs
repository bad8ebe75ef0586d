namespace Tidepool.Index.Vectors;

/// <summary>A field of a segment to be built that is to have an index.</summary>
/// <param name="Field">The vector field's name.</param>
/// <param name="Settings">Which index.</param>
/// <param name="Seed">Same seed, same rows, one worker: same bytes.</param>
internal sealed record IndexRequest(string Field, IndexSettings Settings, int Seed);
