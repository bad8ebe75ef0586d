using System.Diagnostics;
using Tidepool.Model;

namespace Tidepool.Wal;

/// <summary>Where this process stands in the log, and the one place where entries are applied.</summary>
internal sealed class LogState
{
    private readonly Lock _gate = new();
    private readonly NamespaceKeys _keys;
    private readonly ILogListener _listener;
    private readonly LogTail _tail = new();
    private readonly Dictionary<Guid, long> _doubts = [];
    private LogHead _head;
    private bool _isResetting;
    private volatile bool _isDropped;
    private long _doubtfulSlot;

    internal LogState(NamespaceKeys keys, ILogListener listener, LogPosition start)
    {
        _keys = keys;
        _listener = listener;
        _tail.Clear(start.Sequence);
        _head = MakeHead(start);
    }

    internal LogHead Head => Volatile.Read(ref _head);

    internal bool IsDropped => _isDropped;

    /// <summary>Whether an append to the slot behind the head has an unknown outcome.</summary>
    internal bool IsNextInDoubt => Volatile.Read(ref _doubtfulSlot) > Head.Position.Sequence;

    /// <summary>Makes ready for entries that were found.</summary>
    internal ValueTask<bool> PrepareAsync(CancellationToken cancellationToken) =>
        _listener.PrepareAsync(cancellationToken);

    /// <summary>Applies an entry that was found in its slot; does nothing when somebody else already has.</summary>
    internal void Apply(WalEntry entry)
    {
        lock (_gate)
        {
            if (entry.Sequence > _head.Position.Sequence)
            {
                ApplyNext(entry);
            }
        }
    }

    /// <summary>Applies an own entry that was just written, unless more is needed to know that it is in the log.
    /// </summary>
    /// <param name="before">The head on which it was written.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="isFresh">Whether a created slot proves that it had never been taken.</param>
    internal bool TryAcknowledge(LogHead before, WalEntry entry, bool isFresh)
    {
        lock (_gate)
        {
            if (_head == before && isFresh && !_isResetting)
            {
                ApplyNext(entry);
                return true;
            }

            return _tail.TryGetHash(entry.Sequence, out ContentHash hash) && hash == entry.Position.Hash;
        }
    }

    /// <summary>Loads the newest manifest in place of what was applied.</summary>
    internal async ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isResetting = true;
        }

        try
        {
            LogPosition floor = await _listener.ResetAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                _tail.Clear(floor.Sequence);
                Volatile.Write(ref _head, MakeHead(floor));
            }
        }
        finally
        {
            lock (_gate)
            {
                _isResetting = false;
            }
        }
    }

    internal void MarkDropped() => _isDropped = true;

    /// <summary>Remembers that batches may be in a slot, or come to be.</summary>
    internal void MarkInDoubt(WalEntry entry)
    {
        lock (_gate)
        {
            _doubtfulSlot = Math.Max(_doubtfulSlot, entry.Sequence);
            for (int i = 0; i < entry.Batches.Count; i++)
            {
                _doubts[entry.Batches[i].Id] = entry.Sequence;
            }
        }
    }

    /// <summary>The only slot where a batch of unknown outcome can be; 0 for a batch that was never in doubt here.
    /// </summary>
    internal long GetDoubtfulSlot(Guid batchId)
    {
        lock (_gate)
        {
            return _doubts.GetValueOrDefault(batchId);
        }
    }

    internal bool TryFindBatch(Guid batchId, out long sequence)
    {
        lock (_gate)
        {
            return _tail.TryFind(batchId, out sequence);
        }
    }

    internal bool TryGetHash(long sequence, out ContentHash hash)
    {
        lock (_gate)
        {
            return _tail.TryGetHash(sequence, out hash);
        }
    }

    internal BatchRecord[] GetBatches(long after, long through)
    {
        lock (_gate)
        {
            return _tail.GetBatches(after, through);
        }
    }

    internal void TrimTail(long through)
    {
        lock (_gate)
        {
            _tail.Trim(through);
        }
    }

    private void ApplyNext(WalEntry entry)
    {
        LogPosition last = _head.Position;
        Debug.Assert(entry.Sequence == last.Sequence + 1, "Entries are applied one after the other.");
        if (entry.PreviousHash != last.Hash)
        {
            throw new DataCorruptionException(
                $"{_head.NextKey} follows {entry.PreviousHash}, but entry {last.Sequence} is {last.Hash}.")
            {
                ObjectKey = _head.NextKey,
            };
        }

        _listener.Apply(entry);
        _tail.Add(entry);
        Volatile.Write(ref _head, MakeHead(entry.Position));
        if (entry.Kind == WalEntryKind.Drop)
        {
            _isDropped = true;
        }
    }

    private LogHead MakeHead(LogPosition position) => new(position, _keys.LogEntry(position.Sequence + 1));
}
