using Tidepool.Model;
using Tidepool.Storage;
using Tidepool.Wal;

namespace Tidepool.Recovery;

/// <summary>Reads a part of the log that may be consumed, and so be gone, or have ghosts in it.</summary>
/// <remarks>Nobody ever appends to a ghost, and each entry has the hash of the one before. So an entry is genuine if
/// the one behind it names it, or if its hash is known from elsewhere.</remarks>
internal sealed class PastLog(IObjectStore store, NamespaceKeys keys)
{
    private const int MaxListed = 1000;
    private const int MaxSlots = 16;
    private const long MaxBytesInFlight = 64L << 20;

    private readonly SlotReader _slots = new(store, keys);

    /// <summary>Hands out the entries between two positions.</summary>
    /// <param name="from">The position before the first; known to be genuine.</param>
    /// <param name="through">The last one wanted.</param>
    /// <param name="hash">Its hash; null if it is not known, and then it must not be the last of the log.</param>
    /// <param name="apply">Takes an entry; what was taken means nothing if the answer is false.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False when one of them is no longer there.</returns>
    /// <exception cref="DataCorruptionException">An entry is damaged.</exception>
    internal async ValueTask<bool> ReadAsync(
        LogPosition from,
        long through,
        ContentHash? hash,
        Action<WalEntry> apply,
        CancellationToken cancellationToken)
    {
        long last = hash is null && through > from.Sequence ? through + 1 : through;
        LogPosition position = from;
        while (position.Sequence < last)
        {
            Queue<long> sizes = await _slots
                .ListSizesAsync(
                    position.Sequence, (int)Math.Min(last - position.Sequence, MaxListed), cancellationToken)
                .ConfigureAwait(false);
            if (sizes.Count == 0)
            {
                return false;
            }

            while (sizes.Count > 0)
            {
                SlotRead[] reads = await _slots
                    .ReadAsync(position.Sequence + 1, TakeSome(sizes), cancellationToken)
                    .ConfigureAwait(false);
                if (Take(reads, ref position, through, apply) is false)
                {
                    return false;
                }
            }
        }

        return hash is null || position.Hash == hash;
    }

    /// <summary>The last entry that was stored by a time, of those behind a floor.</summary>
    /// <param name="floor">The floor of a manifest that was stored by that time.</param>
    /// <param name="time">A store time.</param>
    /// <param name="head">An entry that is known to be in the log.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when an entry is no longer there that decides it.</returns>
    internal async ValueTask<long?> FindAsync(
        long floor, DateTimeOffset time, long head, CancellationToken cancellationToken)
    {
        long found = floor;
        while (true)
        {
            ObjectListing page = await store
                .ListAsync(keys.Log, keys.LogEntry(found), MaxListed, cancellationToken)
                .ConfigureAwait(false);
            foreach (ObjectInfo info in page.Objects)
            {
                if (!keys.TryParseLogEntry(info.Key, out long sequence) || sequence != found + 1)
                {
                    return null;
                }

                if (info.LastModified > time)
                {
                    return found;
                }

                found = sequence;
            }

            if (!page.IsTruncated || page.Objects.Count == 0)
            {
                return found >= head ? found : null;
            }
        }
    }

    private static int TakeSome(Queue<long> sizes)
    {
        int count = 0;
        long bytes = 0;
        while (count < MaxSlots && sizes.TryPeek(out long size) && (count == 0 || bytes + size <= MaxBytesInFlight))
        {
            bytes += sizes.Dequeue();
            count++;
        }

        return count;
    }

    private bool Take(SlotRead[] reads, ref LogPosition position, long through, Action<WalEntry> apply)
    {
        try
        {
            foreach (SlotRead read in reads)
            {
                if (!read.Found || _slots.Decode(read) is not { } entry || entry.PreviousHash != position.Hash)
                {
                    return false;
                }

                if (entry.Sequence <= through)
                {
                    apply(entry);
                }

                position = entry.Position;
            }

            return true;
        }
        finally
        {
            foreach (SlotRead read in reads)
            {
                read.Dispose();
            }
        }
    }
}
