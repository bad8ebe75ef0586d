using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Wal;

/// <summary>Writes the slot behind the head. Creating it is the commit point; everything else here is about knowing
/// whether that happened.</summary>
internal sealed class LogAppend(
    IObjectStore store,
    Guid namespaceId,
    Guid writerId,
    LogState state,
    Freshness freshness,
    SlotReader slots,
    LogAdvance advance)
{
    internal async ValueTask<AppendResult> RunAsync(
        WalEntryKind kind,
        IReadOnlyList<WalBatch> batches,
        LogPosition expectedHead,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LogHead head = state.Head;
        if (state.IsDropped)
        {
            return AppendResult.Dropped;
        }

        if (head.Position != expectedHead)
        {
            return AppendResult.Superseded;
        }

        (WalEntry entry, System.Buffers.ReadOnlySequence<byte> content) =
            WalCodec.Encode(kind, namespaceId, writerId, head.Position, batches);
        long mark = freshness.Mark();
        PutResult put;
        try
        {
            put = await store.PutAsync(head.NextKey, content, PutCondition.IfAbsent, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException cause)
        {
            throw MakeUnknown(entry, "the wait for its answer was given up", cause);
        }
        catch (Exception cause) when (cause is not StorageException { IsTransient: false })
        {
            return await SettleAsync(entry, cause, cancellationToken).ConfigureAwait(false);
        }

        bool isFresh = freshness.Observe(put.StoreTime);
        if (put.Succeeded && TryAcknowledge(head, entry, isFresh))
        {
            freshness.Confirm(mark);
            return AppendResult.Committed(entry.Sequence);
        }

        return put.Succeeded || put.EarlierAttemptInDoubt
            ? await SettleAsync(entry, cause: null, cancellationToken).ConfigureAwait(false)
            : await LoseAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    private bool TryAcknowledge(LogHead head, WalEntry entry, bool isFresh)
    {
        try
        {
            return state.TryAcknowledge(head, entry, isFresh);
        }
        catch (Exception failure)
        {
            throw MakeUnknown(entry, "it was stored, but applying it failed", failure);
        }
    }

    /// <summary>The only attempt found the slot taken, as a rule by something else. But what forwards requests may have
    /// sent it twice, and answered with what the second one met.</summary>
    private async ValueTask<AppendResult> LoseAsync(WalEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await advance.RunAsync(first: null, seenFrom: null, mark: 0, cancellationToken).ConfigureAwait(false);
            if (!state.TryGetHash(entry.Sequence, out ContentHash hash))
            {
                return !state.IsDropped ? AppendResult.Overtaken
                    : await HoldsAnotherAsync(entry, cancellationToken).ConfigureAwait(false) ? AppendResult.Dropped
                    : await SettleAsync(entry, cause: null, cancellationToken).ConfigureAwait(false);
            }

            return hash == entry.Position.Hash ? AppendResult.Committed(entry.Sequence)
                : state.IsDropped ? AppendResult.Dropped
                : AppendResult.Superseded;
        }
        catch (StorageException failure)
        {
            throw MakeUnknown(entry, "its slot could not be read", failure);
        }
    }

    /// <summary>Whether an entry's slot still holds another, where the log is not read any more.</summary>
    private async ValueTask<bool> HoldsAnotherAsync(WalEntry entry, CancellationToken cancellationToken)
    {
        SlotRead[] reads = await slots.ReadAsync(entry.Sequence, count: 1, cancellationToken).ConfigureAwait(false);
        using SlotRead read = reads[0];
        return read.Found && slots.Decode(read).Position.Hash != entry.Position.Hash;
    }

    /// <summary>Reads the log to see what became of an entry that may have been written.</summary>
    /// <remarks>What <see cref="LogAdvance"/> applies is the log's, so an entry found there is committed, and another
    /// one found in its place means that it never will be. If neither is found, nothing is known: it may yet arrive;
    /// or the slot was consumed, deleted and then taken by this entry, which nobody will ever read.</remarks>
    private async ValueTask<AppendResult> SettleAsync(
        WalEntry entry, Exception? cause, CancellationToken cancellationToken)
    {
        try
        {
            await advance.RunAsync(first: null, seenFrom: null, mark: 0, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            throw MakeUnknown(entry, "its slot could not be read", cause ?? failure);
        }

        if (state.TryGetHash(entry.Sequence, out ContentHash hash))
        {
            return hash == entry.Position.Hash ? AppendResult.Committed(entry.Sequence)
                : state.IsDropped ? AppendResult.Dropped
                : AppendResult.Superseded;
        }

        if (state.IsDropped && entry.Kind == WalEntryKind.Drop)
        {
            return AppendResult.Committed(entry.Sequence); // Whoever did it, it was done after the caller asked.
        }

        string reason = state.IsDropped ? "the namespace was dropped, perhaps after it was written"
            : state.Head.Position.Sequence < entry.Sequence
            ? "its slot is still empty"
            : "its slot had been given up before it was written";
        throw MakeUnknown(entry, reason, cause);
    }

    private CommitOutcomeUnknownException MakeUnknown(WalEntry entry, string reason, Exception? cause)
    {
        state.MarkInDoubt(entry);
        return new CommitOutcomeUnknownException(
            $"Log entry {entry.Sequence} of {namespaceId} may or may not be durable: {reason}.", cause)
        {
            BatchId = entry.Batches.Count > 0 ? entry.Batches[0].Id : Guid.Empty,
        };
    }
}
