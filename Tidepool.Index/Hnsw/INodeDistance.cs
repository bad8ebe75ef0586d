namespace Tidepool.Index.Hnsw;

/// <summary>What orders the nodes of a graph by nearness to a query; any measure that sorts like the metric.</summary>
internal interface INodeDistance
{
    /// <summary>Asks for what <see cref="Measure(int)"/> will read.</summary>
    void Prefetch(int node);

    /// <summary>Smaller is closer. The node must exist.</summary>
    float Measure(int node);

    /// <summary>The same for some nodes at once.</summary>
    void Measure(scoped ReadOnlySpan<int> nodes, scoped Span<float> distances);
}
