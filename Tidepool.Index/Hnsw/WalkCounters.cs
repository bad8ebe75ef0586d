namespace Tidepool.Index.Hnsw;

/// <summary>What walks over a graph did, summed up.</summary>
internal struct WalkCounters
{
    /// <summary>Nodes whose links were followed.</summary>
    internal long Followed;

    /// <summary>Nodes that were measured.</summary>
    internal long Scored;
}
