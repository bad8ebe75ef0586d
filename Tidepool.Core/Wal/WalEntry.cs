using Tidepool.Model;

namespace Tidepool.Wal;

/// <summary>One entry of the log.</summary>
/// <remarks>Payloads of an entry read from the store lie in the store's memory: they are valid only as long as whoever
/// handed the entry out says so.</remarks>
internal sealed class WalEntry
{
    internal required WalEntryKind Kind { get; init; }

    /// <summary>The incarnation whose log this is.</summary>
    internal required Guid NamespaceId { get; init; }

    /// <summary>The slot, and the hash of this entry.</summary>
    internal required LogPosition Position { get; init; }

    /// <summary>The hash of the entry before; 0 for the first.</summary>
    internal required ContentHash PreviousHash { get; init; }

    /// <summary>Who wrote it: one running log of one process.</summary>
    internal required Guid WriterId { get; init; }

    internal required IReadOnlyList<WalBatch> Batches { get; init; }

    /// <summary>Size of the stored object in bytes.</summary>
    internal required long SizeBytes { get; init; }

    internal long Sequence => Position.Sequence;
}
