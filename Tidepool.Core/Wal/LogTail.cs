using Tidepool.Model;

namespace Tidepool.Wal;

/// <summary>Hashes and batch ids of the entries that were applied one by one, hence of every entry that no manifest
/// has consumed. Not thread-safe.</summary>
internal sealed class LogTail
{
    // A flush may trim an entry while its writer still waits to be told that it was written.
    private const int KeptEntries = 256;

    private readonly List<ContentHash> _hashes = [];
    private readonly List<BatchRecord> _batches = [];
    private readonly Dictionary<Guid, long> _sequences = [];
    private long _first = 1;

    /// <summary>Starts again after an entry.</summary>
    internal void Clear(long sequence)
    {
        _hashes.Clear();
        _batches.Clear();
        _sequences.Clear();
        _first = sequence + 1;
    }

    internal void Add(WalEntry entry)
    {
        _hashes.Add(entry.Position.Hash);
        for (int i = 0; i < entry.Batches.Count; i++)
        {
            Guid id = entry.Batches[i].Id;
            _batches.Add(new BatchRecord(id, entry.Sequence));
            _sequences[id] = entry.Sequence;
        }
    }

    internal bool TryFind(Guid batchId, out long sequence) => _sequences.TryGetValue(batchId, out sequence);

    /// <summary>The hash of an entry; false when it is not one of these.</summary>
    internal bool TryGetHash(long sequence, out ContentHash hash)
    {
        bool found = sequence >= _first && sequence < _first + _hashes.Count;
        hash = found ? _hashes[(int)(sequence - _first)] : default;
        return found;
    }

    /// <summary>The batches of entries after one and up to another, in order.</summary>
    internal BatchRecord[] GetBatches(long after, long through) =>
        [.. _batches.SkipWhile(batch => batch.Sequence <= after).TakeWhile(batch => batch.Sequence <= through)];

    /// <summary>Forgets entries that a manifest has consumed, but for the last few of all.</summary>
    internal void Trim(long through)
    {
        long keptFrom = _first + _hashes.Count - KeptEntries;
        int entries = (int)(Math.Min(through + 1, keptFrom) - _first);
        if (entries <= 0)
        {
            return;
        }

        _hashes.RemoveRange(0, entries);
        _first += entries;
        int batches = _batches.FindIndex(batch => batch.Sequence >= _first);
        batches = batches < 0 ? _batches.Count : batches;
        for (int i = 0; i < batches; i++)
        {
            BatchRecord batch = _batches[i];
            if (_sequences.TryGetValue(batch.Id, out long sequence) && sequence == batch.Sequence)
            {
                _sequences.Remove(batch.Id);
            }
        }

        _batches.RemoveRange(0, batches);
    }
}
