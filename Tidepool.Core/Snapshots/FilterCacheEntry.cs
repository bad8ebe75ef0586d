using Tidepool.Index.Attributes;

namespace Tidepool.Snapshots;

/// <summary>The rows of one segment that match a filter, and those of them that live in one source.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Segment">Stands for the segment, without keeping it alive.</param>
/// <param name="Filter">What they match.</param>
/// <param name="Matching">Dead ones too.</param>
internal sealed record FilterCacheEntry(object Segment, Predicate Filter, RowSelection Matching)
{
    /// <summary>What it takes besides its words, roughly.</summary>
    private const int OwnSizeBytes = 200;

    /// <summary>Stands for the source whose living rows are known, without keeping it alive; null for none.</summary>
    internal object? Source { get; init; }

    /// <summary>How many rows of that source are dead.</summary>
    internal int DeadCount { get; init; }

    /// <summary>The rows that match and live in that source.</summary>
    internal RowSelection Living { get; init; }

    internal long SizeBytes =>
        OwnSizeBytes + ((long)sizeof(ulong) * (Matching.Words.Length + Living.Words.Length));
}
