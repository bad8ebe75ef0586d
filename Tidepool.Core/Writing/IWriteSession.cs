using Tidepool.Snapshots;
using Tidepool.Wal;

namespace Tidepool.Writing;

/// <summary>The open incarnation of a namespace, as its writer sees it.</summary>
internal interface IWriteSession
{
    NamespaceLog Log { get; }

    /// <summary>Whether nothing can be written to it any more, so that another must be opened.</summary>
    bool IsOver { get; }

    /// <summary>Catches up with the log if that was last done so long ago that the slot behind the head may have been
    /// collected: who took it would have an outcome that nobody knows.</summary>
    ValueTask CatchUpIfStaleAsync(CancellationToken cancellationToken);

    /// <summary>The newest state, pinned: unpin it.</summary>
    Snapshot PinCurrent();

    /// <summary>Waits while too much of the log is unindexed.</summary>
    /// <exception cref="BackpressureException">Nothing works it off.</exception>
    ValueTask WaitForRoomAsync(CancellationToken cancellationToken);

    /// <summary>The entry in which a batch was logged; null if it was not, up to the current state.</summary>
    ValueTask<long?> FindBatchAsync(Guid batchId, CancellationToken cancellationToken);

    /// <summary>Asks to keep what the batches do when they are applied.</summary>
    void Expect(IReadOnlyList<WalBatch> batches);

    /// <summary>What a batch did, once; null when it was not expected or not applied.</summary>
    WriteResult? TakeResult(Guid batchId);
}
