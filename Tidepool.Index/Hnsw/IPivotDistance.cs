namespace Tidepool.Index.Hnsw;

/// <summary>Distances between nodes, while the graph is built.</summary>
internal interface IPivotDistance : INodeDistance
{
    /// <summary>The node to measure from.</summary>
    void SetPivot(int node);
}
