using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Manifests;

/// <summary>Writes and searches the lists of consumed batches that are objects of their own.</summary>
internal sealed class BatchLedgers(IObjectStore store, NamespaceKeys keys)
{
    private readonly ConcurrentDictionary<Guid, ReadOnlyMemory<byte>> _loaded = new();

    /// <summary>The history after a flush; stores a ledger when the manifest would grow too long.</summary>
    /// <param name="history">The history of the parent.</param>
    /// <param name="consumed">Batches of the entries between the old and the new floor, in order.</param>
    /// <param name="now">The store's time, or null.</param>
    /// <param name="retention">How long a batch is kept.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async ValueTask<BatchHistory> RecordAsync(
        BatchHistory history,
        IEnumerable<BatchRecord> consumed,
        DateTimeOffset? now,
        TimeSpan retention,
        CancellationToken cancellationToken)
    {
        BatchHistory recorded = history.Record(consumed, now, retention);
        if (!recorded.NeedsLedger)
        {
            return recorded;
        }

        ImmutableArray<ConsumedBatch> batches = recorded.Recent;
        Guid id = keys.NewId();
        byte[] content = LedgerCodec.Encode(keys.NamespaceId, id, batches.AsSpan());
        await store.PutAsync(
            keys.Ledger(id), new ReadOnlySequence<byte>(content), PutCondition.Always, cancellationToken)
            .ConfigureAwait(false);
        return recorded.MoveTo(new LedgerEntry(
            id, content.Length, batches.Length, batches[0].Sequence, batches[^1].Sequence, batches[^1].Time));
    }

    /// <summary>The log entry that a batch was part of; null when the history does not have it.</summary>
    /// <exception cref="DataCorruptionException">A ledger is missing or damaged.</exception>
    internal async ValueTask<long?> FindAsync(
        BatchHistory history, Guid batchId, CancellationToken cancellationToken)
    {
        foreach (ConsumedBatch batch in history.Recent)
        {
            if (batch.Id == batchId)
            {
                return batch.Sequence;
            }
        }

        for (int i = history.Ledgers.Length - 1; i >= 0; i--)
        {
            ReadOnlyMemory<byte> rows =
                await LoadAsync(history.Ledgers[i], cancellationToken).ConfigureAwait(false);
            if (LedgerCodec.TryFind(rows.Span, batchId, out long sequence))
            {
                return sequence;
            }
        }

        return null;
    }

    /// <summary>The rows of a ledger, read once.</summary>
    /// <exception cref="DataCorruptionException">It is missing or damaged.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>> LoadAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (_loaded.TryGetValue(entry.Id, out ReadOnlyMemory<byte> rows))
        {
            return rows;
        }

        string key = keys.Ledger(entry.Id);
        using GetResult result = await store.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        if (!result.Found)
        {
            throw new DataCorruptionException($"{key} is missing.") { ObjectKey = key };
        }

        try
        {
            rows = LedgerCodec.Decode(result.Data.ToArray(), keys.NamespaceId, entry);
        }
        catch (SegmentFormatException inner)
        {
            throw new DataCorruptionException($"{key}, byte {inner.Offset}: {inner.Message}.", inner)
            {
                ObjectKey = key,
            };
        }

        return _loaded.GetOrAdd(entry.Id, rows);
    }
}
