using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;
using Tidepool.Manifests;
using Tidepool.Memtables;
using Tidepool.Model;
using Tidepool.Snapshots;
using Tidepool.Wal;

namespace Tidepool.Engine;

/// <summary>The state of one incarnation of a namespace: a manifest's segments and the log applied to them.</summary>
/// <remarks>
/// Changes are made under one lock and published as immutable snapshots; readers take <see cref="PinCurrent"/> and no
/// lock. Every change is computation only. If applying an entry fails halfway, the state refuses everything from then
/// on (<see cref="IsUnusable"/>): what it has in memory can no longer be trusted, what is stored can.
/// </remarks>
internal sealed class LiveState
{
    private readonly Lock _gate = new();
    private readonly Queue<LoggedSize> _logged = new();
    private Memtable _memtable = new();
    private List<PagedBitmap> _chunkDead = [];
    private PagedBitmap[] _segmentDead;
    private SegmentSet _segments;
    private RowSum _rows;
    private Snapshot _current;
    private long _unindexedBytes;
    private Exception? _failure;
    private volatile bool _isClosed;
    private volatile bool _isDropped;

    internal LiveState(SegmentSet segments)
    {
        _segments = segments;
        _segmentDead = segments.DeadAtFloor.ToArray();
        _rows = segments.Manifest.Rows;
        _current = MakeSnapshot(segments.Manifest.Floor, segments.Manifest.Schema, previous: null);
    }

    /// <summary>Bytes of log that no segment holds yet.</summary>
    internal long UnindexedBytes => Volatile.Read(ref _unindexedBytes);

    /// <summary>How many log entries no segment holds yet.</summary>
    internal int UnindexedEntries
    {
        get
        {
            lock (_gate)
            {
                return _logged.Count;
            }
        }
    }

    internal Snapshot Current => Volatile.Read(ref _current);

    /// <summary>Whether it was closed, or applying an entry failed: whoever needs a state must open another.</summary>
    internal bool IsUnusable => Volatile.Read(ref _failure) is not null;

    /// <summary>Whether the last entry applied drops the namespace.</summary>
    internal bool IsDropped => _isDropped;

    /// <summary>The newest snapshot, pinned: unpin it.</summary>
    internal Snapshot PinCurrent() =>
        TryPinCurrent() ?? throw new ObjectDisposedException(nameof(TidepoolDatabase));

    /// <summary>The newest snapshot, pinned: unpin it; null when the state was closed.</summary>
    internal Snapshot? TryPinCurrent()
    {
        while (true)
        {
            Snapshot current = Volatile.Read(ref _current);
            if (current.TryPin())
            {
                return current;
            }

            if (_isClosed)
            {
                return null;
            }
        }
    }

    /// <summary>The newest manifest's segments, acquired: release them. Unlike a snapshot they keep no
    /// memtable.</summary>
    internal SegmentSet AcquireSegments() => PinCurrent().UnpinMemtable();

    /// <summary>Applies the next entry.</summary>
    /// <returns>What each batch of the entry did.</returns>
    internal BatchCounts[] Apply(WalEntry entry)
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                throw Unusable();
            }

            try
            {
                var edit = new LiveEdit(_segments, _segmentDead, _memtable, _chunkDead, _current.Schema);
                BatchCounts[] counts = edit.Apply(entry);
                edit.Freeze(_segmentDead, _chunkDead);
                _rows += edit.RowsChange;
                _logged.Enqueue(new LoggedSize(entry.Sequence, entry.SizeBytes));
                Volatile.Write(ref _unindexedBytes, _unindexedBytes + entry.SizeBytes);
                _isDropped = entry.Kind == WalEntryKind.Drop; // First: whoever pins the snapshot sees it.
                Publish(entry.Position, edit.Schema);
                return counts;
            }
            catch (Exception exception)
            {
                _failure = exception;
                throw;
            }
        }
    }

    /// <summary>Ends the current memtable chunk and returns the newest snapshot, pinned: what a flush is made
    /// of.</summary>
    internal Snapshot SealAndPin()
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                throw Unusable();
            }

            _memtable.Seal();
            return PinCurrent();
        }
    }

    /// <summary>Goes on from a newer manifest, whose floor is at most the head.</summary>
    /// <param name="next">Its segments; this state owns the reference from now on if the answer is true.</param>
    /// <returns>False when the state is at that manifest or a newer one, or has not come as far as its floor.</returns>
    internal bool TryAdopt(SegmentSet next)
    {
        lock (_gate)
        {
            Manifest manifest = next.Manifest;
            if (_failure is not null || manifest.Generation <= _segments.Manifest.Generation ||
                manifest.Floor.Sequence > _current.Head.Sequence)
            {
                return false;
            }

            var dead = new PagedBitmap[next.Handles.Length];
            for (int i = 0; i < dead.Length; i++)
            {
                int known = _segments.Find(manifest.Segments[i].Id);
                dead[i] = known >= 0
                    ? _segmentDead[known]
                    : DeadRows.Replay(
                        next.Handles[i].Reader,
                        next.DeadAtFloor[i],
                        _current,
                        manifest.Floor.Sequence,
                        _current.Head.Sequence);
            }

            Memtable memtableBefore = _memtable;
            DropFlushed(manifest.Floor.Sequence);
            SegmentSet before = _segments;
            _segments = next;
            _segmentDead = dead;
            Publish(_current.Head, _current.Schema);
            before.Release();
            memtableBefore.Release();
            return true;
        }
    }

    /// <summary>Starts again from a manifest; the log is applied anew from its floor.</summary>
    /// <param name="segments">The manifest's segments, which the state owns from now on; if it was closed meanwhile, it
    /// lets go of them.</param>
    internal void Reset(SegmentSet segments)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                segments.Release();
                throw Unusable();
            }

            SegmentSet before = _segments;
            Memtable memtableBefore = _memtable;
            _segments = segments;
            _segmentDead = segments.DeadAtFloor.ToArray();
            _rows = segments.Manifest.Rows;
            _memtable = new Memtable();
            _chunkDead = [];
            _logged.Clear();
            Volatile.Write(ref _unindexedBytes, 0);
            _failure = null;
            _isDropped = false;
            Volatile.Write(
                ref _current, MakeSnapshot(segments.Manifest.Floor, segments.Manifest.Schema, previous: null));
            before.Release();
            memtableBefore.Release();
        }
    }

    /// <summary>Lets go of the segments and the memtable; nothing may be asked of the state afterwards.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _failure = new ObjectDisposedException(nameof(TidepoolDatabase));
            _isClosed = true;
            _segments.Release();
            _memtable.Release();
        }
    }

    private void DropFlushed(long floor)
    {
        int chunksBefore = _memtable.Chunks.Length;
        _memtable = _memtable.Without(floor);
        _chunkDead = _chunkDead.GetRange(chunksBefore - _memtable.Chunks.Length, _memtable.Chunks.Length);
        if (_chunkDead.Count > 0)
        {
            MemtableChunk first = _memtable.Chunks[0];
            PagedBitmapBuilder dead = _chunkDead[0].Edit();
            for (int ordinal = first.FindFirstAfter(floor, first.Count) - 1; ordinal >= 0; ordinal--)
            {
                dead.Set(ordinal);
            }

            _chunkDead[0] = dead.Freeze();
        }

        while (_logged.TryPeek(out LoggedSize oldest) && oldest.Sequence <= floor)
        {
            _logged.Dequeue();
            Volatile.Write(ref _unindexedBytes, _unindexedBytes - oldest.Bytes);
        }
    }

    private void Publish(LogPosition head, NamespaceSchema schema) =>
        Volatile.Write(ref _current, MakeSnapshot(head, schema, _current));

    /// <summary>A snapshot of the state as it is, sharing with the one before what did not change.</summary>
    private Snapshot MakeSnapshot(LogPosition head, NamespaceSchema schema, Snapshot? previous)
    {
        int segmentCount = _segmentDead.Length;
        ReadOnlySpan<MemtableChunk> chunks = _memtable.Chunks;
        var views = new ChunkView[chunks.Length];
        var sources = new SnapshotSource[segmentCount + chunks.Length];
        bool sameSegments = previous is not null && ReferenceEquals(previous.Segments, _segments);
        for (int i = 0; i < segmentCount; i++)
        {
            sources[i] = sameSegments && ReferenceEquals(previous!.Sources[i].Dead, _segmentDead[i])
                ? previous.Sources[i]
                : new SnapshotSource(_segments.Handles[i], _segmentDead[i]);
        }

        for (int i = 0; i < chunks.Length; i++)
        {
            SnapshotSource? known = previous?.FindChunk(chunks[i].Number);
            views[i] = known?.Rows.RowCount == chunks[i].Count ? (ChunkView)known.Rows : chunks[i].Publish();
            sources[segmentCount + i] =
                known is not null && ReferenceEquals(known.Rows, views[i]) && ReferenceEquals(known.Dead, _chunkDead[i])
                    ? known
                    : new SnapshotSource(views[i], _chunkDead[i]);
        }

        return new Snapshot(_segments, _memtable, views, sources, _memtable.Tombstones, head, schema, _rows);
    }

    private Exception Unusable() => _isClosed
        ? new ObjectDisposedException(nameof(TidepoolDatabase))
        : new TidepoolException(
            "The namespace's state in memory is unusable after a failure; what is stored is not affected.", _failure);
}
