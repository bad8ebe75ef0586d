namespace Tidepool.Index.Segments;

/// <summary>A section of a segment to be built that belongs to the index of a vector field.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Field">The vector field's name.</param>
/// <param name="Parts">Its bytes, in order.</param>
internal sealed record IndexSection(SectionKind Kind, string Field, ReadOnlyMemory<byte>[] Parts)
{
    internal long Length => Parts.Sum(part => (long)part.Length);
}
