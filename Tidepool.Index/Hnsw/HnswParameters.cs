namespace Tidepool.Index.Hnsw;

/// <summary>How a graph is built; names and meaning are those of the HNSW paper.</summary>
/// <param name="M">Links of a node on each upper level; twice as many on the lowest.</param>
/// <param name="EfConstruction">Candidates kept while a node's neighbours are looked for.</param>
internal sealed record HnswParameters(int M, int EfConstruction)
{
    internal const int MinM = 2;
    internal const int MaxM = 64;
    internal const int MaxEfConstruction = 4096;

    /// <summary>12 and 100: with codes of a byte, 236 bytes for each vector of 128 dimensions.</summary>
    internal static HnswParameters Default { get; } = new(M: 12, EfConstruction: 100);
}
