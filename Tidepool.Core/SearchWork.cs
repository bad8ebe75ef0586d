namespace Tidepool;

/// <summary>What a search did, summed up over the parts of a namespace.</summary>
internal record struct SearchWork
{
    internal int IvfSegments { get; set; }

    internal int HnswSegments { get; set; }

    internal int ScannedSegments { get; set; }

    /// <summary>Parts of the log's tail that were scanned.</summary>
    internal int ScannedTails { get; set; }

    /// <summary>Segments that were scanned because their index is damaged; among the scanned ones.</summary>
    internal int DamagedIndexes { get; set; }

    internal bool IsFiltered { get; set; }

    internal long CellsProbed { get; set; }

    internal long NodesVisited { get; set; }

    internal long VectorsScored { get; set; }

    internal long CoarseScored { get; set; }

    internal long FineScored { get; set; }

    internal long ExactScored { get; set; }

    internal void Add(in SearchWork other)
    {
        IvfSegments += other.IvfSegments;
        HnswSegments += other.HnswSegments;
        ScannedSegments += other.ScannedSegments;
        ScannedTails += other.ScannedTails;
        DamagedIndexes += other.DamagedIndexes;
        IsFiltered |= other.IsFiltered;
        CellsProbed += other.CellsProbed;
        NodesVisited += other.NodesVisited;
        VectorsScored += other.VectorsScored;
        CoarseScored += other.CoarseScored;
        FineScored += other.FineScored;
        ExactScored += other.ExactScored;
    }

    /// <summary>The plan, for people to read.</summary>
    internal readonly string Describe()
    {
        var parts = new List<string>(4);
        if (IvfSegments > 0)
        {
            parts.Add($"ivf: {Count(IvfSegments, "segment")}, {Count(CellsProbed, "cell")}");
        }

        if (HnswSegments > 0)
        {
            parts.Add($"hnsw: {Count(HnswSegments, "segment")}, {Count(NodesVisited, "node")}");
        }

        string[] scanned =
        [
            .. ScannedSegments > 0 ? [Count(ScannedSegments, "segment")] : Array.Empty<string>(),
            .. ScannedTails > 0 ? [Count(ScannedTails, "tail")] : Array.Empty<string>(),
            .. DamagedIndexes > 0 ? [$"{Count(DamagedIndexes, "index", "indexes")} damaged"] : Array.Empty<string>(),
        ];
        if (scanned.Length > 0 || parts.Count == 0)
        {
            parts.Add(scanned.Length > 0 ? $"exact: {string.Join(", ", scanned)}" : "exact");
        }

        return string.Join("; ", parts) + (IsFiltered ? "; filtered" : "");
    }

    private static string Count(long count, string one, string? many = null) =>
        FormattableString.Invariant($"{count} {(count == 1 ? one : many ?? one + "s")}");
}
