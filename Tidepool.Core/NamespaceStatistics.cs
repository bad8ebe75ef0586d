namespace Tidepool;

/// <summary>What a namespace holds.</summary>
public sealed record NamespaceStatistics
{
    /// <summary>How many documents there are.</summary>
    public long Documents { get; init; }

    /// <summary>How many of them are only in the log so far.</summary>
    public long UnindexedDocuments { get; init; }

    /// <summary>How many deleted or replaced ones still take up space.</summary>
    public long DeletedDocuments { get; init; }

    /// <summary>How many segments there are.</summary>
    public long Segments { get; init; }

    /// <summary>How many bytes the segments and the log behind them take up in the store.</summary>
    public long StoredBytes { get; init; }

    /// <summary>How many of those are in this process's cache.</summary>
    public long CachedBytes { get; init; }

    /// <summary>The position of the last write in the log; 0 before the first.</summary>
    public long LastSequence { get; init; }

    /// <summary>When segments were last written, by the store's clock; null if never.</summary>
    public DateTimeOffset? LastCompaction { get; init; }
}
