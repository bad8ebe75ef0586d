using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Wal;

/// <summary>Reads slots of the log by number.</summary>
internal sealed class SlotReader(IObjectStore store, NamespaceKeys keys)
{
    /// <summary>Reads slots side by side.</summary>
    internal async ValueTask<SlotRead[]> ReadAsync(long first, int count, CancellationToken cancellationToken)
    {
        var pending = new Task<SlotRead>[count];
        for (int i = 0; i < count; i++)
        {
            pending[i] = ReadAsync(first + i, cancellationToken).AsTask();
        }

        try
        {
            return await Task.WhenAll(pending).ConfigureAwait(false);
        }
        catch
        {
            foreach (Task<SlotRead> read in pending)
            {
                if (read.IsCompletedSuccessfully)
                {
                    (await read.ConfigureAwait(false)).Dispose();
                }
            }

            throw;
        }
    }

    /// <summary>Sizes of the entries that a listing shows behind an entry, without a gap.</summary>
    internal async ValueTask<Queue<long>> ListSizesAsync(
        long after, int maxCount, CancellationToken cancellationToken)
    {
        ObjectListing listing = await store
            .ListAsync(keys.Log, keys.LogEntry(after), maxCount, cancellationToken)
            .ConfigureAwait(false);
        var sizes = new Queue<long>();
        foreach (ObjectInfo info in listing.Objects)
        {
            if (!keys.TryParseLogEntry(info.Key, out long sequence) || sequence != after + 1 + sizes.Count)
            {
                break;
            }

            sizes.Enqueue(info.Length);
        }

        return sizes;
    }

    /// <summary>The entry that a slot holds.</summary>
    /// <exception cref="DataCorruptionException">It does not hold what belongs there.</exception>
    internal WalEntry Decode(in SlotRead read)
    {
        try
        {
            return WalCodec.Decode(read.Result.Data, keys.NamespaceId, read.Sequence);
        }
        catch (SegmentFormatException inner)
        {
            throw new DataCorruptionException($"{read.Key}, byte {inner.Offset}: {inner.Message}.", inner)
            {
                ObjectKey = read.Key,
            };
        }
    }

    private async ValueTask<SlotRead> ReadAsync(long sequence, CancellationToken cancellationToken)
    {
        string key = keys.LogEntry(sequence);
        return new SlotRead(
            sequence, key, await store.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false));
    }
}
