namespace Tidepool;

/// <summary>What a query did and cost.</summary>
public sealed record QueryStatistics
{
    /// <summary>How long it took, from the call to the answer.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How the answer was found, for people to read: "ivf: 3 segments, 24 cells; exact: 1 segment, 1
    /// tail".</summary>
    public string Plan
    {
        get => field.Length > 0 || Work == default ? field : Work.Describe(); // Few read it: it is not made before.
        init;
    }
    = "";

    /// <summary>How many vectors were compared with the query, by a code or as they are.</summary>
    public long VectorsScored { get; init; }

    /// <summary>How many were compared by their coarsest code.</summary>
    public long CoarseScored { get; init; }

    /// <summary>How many were compared by a finer code.</summary>
    public long FineScored { get; init; }

    /// <summary>How many were compared as they are.</summary>
    public long ExactScored { get; init; }

    /// <summary>How many cells of <see cref="VectorIndexKind.Ivf"/> indexes were scanned.</summary>
    public long CellsProbed { get; init; }

    /// <summary>Of how many nodes of <see cref="VectorIndexKind.Hnsw"/> graphs the links were followed.</summary>
    public long NodesVisited { get; init; }

    /// <summary>How many documents that are only in the log so far were looked at.</summary>
    public long UnindexedScanned { get; init; }

    /// <summary>How many segments were read.</summary>
    public long SegmentsRead { get; init; }

    /// <summary>How many of those were at hand without a request to the store.</summary>
    public long CacheHits { get; init; }

    /// <summary>How many bytes were fetched from the store.</summary>
    public long BytesFetched { get; init; }

    /// <summary>What <see cref="Plan"/> is made of.</summary>
    internal SearchWork Work { get; init; }
}
