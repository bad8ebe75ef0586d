using Tidepool.Manifests;
using Tidepool.Wal;

namespace Tidepool.Recovery;

/// <summary>Tells what became of a batch: it looks in the log behind the floor, then in the history below it.</summary>
internal sealed class BatchResolver(NamespaceLog log, ManifestStore manifests, BatchLedgers ledgers)
{
    /// <summary>Looks for a batch in all that this process knows, without asking the store whether there is more; a
    /// writer does so before it appends on the head it knows.</summary>
    /// <returns>Its log entry; null when it is not there.</returns>
    internal async ValueTask<long?> FindKnownAsync(Guid batchId, CancellationToken cancellationToken)
    {
        // The tail first: what leaves it has been in the history before.
        if (log.TryFindBatch(batchId, out long sequence))
        {
            return sequence;
        }

        return await ledgers.FindAsync(manifests.Current.Batches, batchId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Catches up with the log and looks for a batch.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="fence">An entry that was appended, by anyone, after the batch's writer gave up; 0 if none is known.
    /// A request that is still under way can only fail then: its slot is taken.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async ValueTask<BatchLookup> ResolveAsync(
        Guid batchId, long fence, CancellationToken cancellationToken)
    {
        await log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (await FindKnownAsync(batchId, cancellationToken).ConfigureAwait(false) is { } sequence)
        {
            return new BatchLookup(BatchOutcome.Committed, sequence);
        }

        // Only one slot can hold a batch of ours; one of a stranger, any slot up to the fence.
        long doubtful = log.GetDoubtfulSlot(batchId);
        long lastPossible = doubtful != 0 ? doubtful : fence;
        if (!log.IsDropped && (lastPossible == 0 || log.Head.Sequence < lastPossible))
        {
            return new BatchLookup(BatchOutcome.StillOpen, 0);
        }

        long firstPossible = doubtful != 0 ? doubtful : 1;
        bool isRemembered = manifests.Current.Batches.CompleteSince < firstPossible;
        return new BatchLookup(isRemembered ? BatchOutcome.NotCommitted : BatchOutcome.Forgotten, 0);
    }
}
