namespace Tidepool.Index.Vectors;

/// <summary>What finds the candidates of an approximate search. Persisted: never renumber.</summary>
internal enum IndexKind : byte
{
    /// <summary>Cells around centroids; the nearest cells are scanned.</summary>
    Ivf = 1,

    /// <summary>A navigable graph over the rows.</summary>
    Hnsw = 2,
}
