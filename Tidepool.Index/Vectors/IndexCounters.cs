namespace Tidepool.Index.Vectors;

/// <summary>What a search through indexes did, summed up.</summary>
internal struct IndexCounters
{
    /// <summary>Cells scanned, or nodes of a graph whose links were followed.</summary>
    internal long Visited { get; set; }

    /// <summary>Rows compared by their coarsest code.</summary>
    internal long CoarseScored { get; set; }

    /// <summary>Rows compared by their finer code.</summary>
    internal long FineScored { get; set; }

    /// <summary>Rows compared by their vector.</summary>
    internal long ExactScored { get; set; }
}
