namespace Tidepool;

/// <summary>What a query did and cost.</summary>
public sealed record QueryStatistics
{
    /// <summary>How long it took, from the call to the answer.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How the answer was found, for people to read: "exact".</summary>
    public string Plan { get; init; } = "";

    /// <summary>How many vectors were compared with the query.</summary>
    public long VectorsScored { get; init; }

    /// <summary>How many of them are only in the log so far.</summary>
    public long UnindexedScanned { get; init; }

    /// <summary>How many segments were read.</summary>
    public long SegmentsRead { get; init; }

    /// <summary>How many of those were at hand without a request to the store.</summary>
    public long CacheHits { get; init; }

    /// <summary>How many bytes were fetched from the store.</summary>
    public long BytesFetched { get; init; }
}
