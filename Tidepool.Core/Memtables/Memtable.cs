using Tidepool.Index.Rows;

namespace Tidepool.Memtables;

/// <summary>The rows of a namespace's log tail: what no segment holds yet.</summary>
/// <remarks>
/// <para>One writer, any number of lock-free readers of published chunk views. A memtable is replaced, not shortened,
/// when a flush has moved its oldest rows into a segment; chunks are shared with its successor.</para>
/// <para>Reference-counted, as its vectors lie outside the heap: its maker holds the first reference, each reader one
/// more for as long as it reads. A chunk is given back when no memtable has it any more.</para>
/// </remarks>
internal sealed class Memtable
{
    private const int SmallestChunkRows = 256;
    private const int LargestChunkRows = 16_384;
    private const int ChunkVectorBytes = 8 * 1024 * 1024;

    private readonly MemtableIndex _index;
    private MemtableChunk[] _chunks;
    private Tombstone[] _tombstones;
    private int _tombstoneCount;
    private int _nextChunkNumber;
    private int _references = 1;
    private bool _isSealed;

    internal Memtable()
        : this([], [], nextChunkNumber: 0)
    {
    }

    private Memtable(MemtableChunk[] chunks, Tombstone[] tombstones, int nextChunkNumber)
    {
        _chunks = chunks;
        _index = new MemtableIndex(chunks.Sum(chunk => chunk.Count));
        _tombstones = tombstones;
        _tombstoneCount = tombstones.Length;
        _nextChunkNumber = nextChunkNumber;
    }

    internal ReadOnlySpan<MemtableChunk> Chunks => _chunks;

    /// <summary>Deletes so far, in log order; what a new segment must be told of. Never changes afterwards.</summary>
    internal ReadOnlyMemory<Tombstone> Tombstones => _tombstones.AsMemory(0, _tombstoneCount);

    /// <summary>Adds a reader; false when the last one has left, and the caller must take the newer memtable.</summary>
    internal bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            foreach (MemtableChunk chunk in _chunks)
            {
                chunk.Release();
            }
        }
    }

    /// <summary>The newest row of an id (it may be dead), packed, or <see cref="MemtableChunk.NoPrevious"/>.</summary>
    internal long FindNewest(DocumentKey key) => _index.Find(key, this);

    /// <summary>The newest row of an id within a snapshot's views; it may be dead there.</summary>
    internal MemtableLocation? FindVisible(DocumentKey key, int firstChunkNumber, ReadOnlySpan<ChunkView> views)
    {
        long packed = _index.Find(key, this);
        while (packed != MemtableChunk.NoPrevious)
        {
            MemtableLocation location = MemtableLocation.FromPacked(packed);
            int position = location.ChunkNumber - firstChunkNumber;
            MemtableChunk? chunk = GetChunk(location.ChunkNumber);
            if (position < 0 || chunk is null)
            {
                return null;
            }

            if (position < views.Length && location.Ordinal < views[position].RowCount)
            {
                return location;
            }

            packed = chunk.GetPrevious(location.Ordinal);
        }

        return null;
    }

    /// <summary>Adds a row.</summary>
    /// <param name="key">Its id.</param>
    /// <param name="sequence">The log entry that wrote it.</param>
    /// <param name="previous">What <see cref="FindNewest"/> says of the id.</param>
    /// <param name="vectorSizeBytes">Bytes of vectors per row, by which chunks are sized.</param>
    internal MemtableLocation Append(DocumentKey key, long sequence, long previous, int vectorSizeBytes)
    {
        MemtableChunk chunk = _chunks.Length == 0 || _isSealed || _chunks[^1].IsFull
            ? AddChunk(vectorSizeBytes)
            : _chunks[^1];
        int ordinal = chunk.Append(key, sequence, previous);
        var location = new MemtableLocation(chunk.Number, ordinal);
        _index.Set(key, location.ToPacked(), this);
        return location;
    }

    internal void AddTombstone(DocumentKey key, long sequence)
    {
        if (_tombstoneCount == _tombstones.Length)
        {
            Array.Resize(ref _tombstones, Math.Max(16, _tombstoneCount * 2));
        }

        _tombstones[_tombstoneCount++] = new Tombstone(key.Hash, key.Text.ToArray(), sequence);
    }

    /// <summary>Rows to come go to a new chunk, so that a flush ends at a chunk's end.</summary>
    internal void Seal()
    {
        _isSealed = _chunks.Length > 0;
    }

    internal MemtableChunk? GetChunk(int number)
    {
        MemtableChunk[] chunks = Volatile.Read(ref _chunks);
        int position = chunks.Length == 0 ? -1 : number - chunks[0].Number;
        return (uint)position < (uint)chunks.Length ? chunks[position] : null;
    }

    internal bool HasKey(long packed, DocumentKey key)
    {
        MemtableLocation location = MemtableLocation.FromPacked(packed);
        MemtableChunk? chunk = GetChunk(location.ChunkNumber);
        return chunk is not null && chunk.GetKeyHash(location.Ordinal) == key.Hash &&
            chunk.GetKey(location.Ordinal).Equals(key);
    }

    internal ulong GetKeyHash(long packed)
    {
        MemtableLocation location = MemtableLocation.FromPacked(packed);
        return GetChunk(location.ChunkNumber)!.GetKeyHash(location.Ordinal);
    }

    /// <summary>A memtable of only what was logged after a sequence; the caller holds its first reference, and goes on
    /// holding that of this one.</summary>
    internal Memtable Without(long flushedSequence)
    {
        int firstKept = 0;
        while (firstKept < _chunks.Length && _chunks[firstKept].LastSequence <= flushedSequence)
        {
            firstKept++;
        }

        var rest = new Memtable(
            _chunks[firstKept..],
            Array.FindAll(Tombstones.ToArray(), tombstone => tombstone.Sequence > flushedSequence),
            _nextChunkNumber);
        foreach (MemtableChunk chunk in rest._chunks)
        {
            chunk.Share();
            for (int ordinal = chunk.FindFirstAfter(flushedSequence, chunk.Count); ordinal < chunk.Count; ordinal++)
            {
                rest._index.Set(
                    chunk.GetKey(ordinal), new MemtableLocation(chunk.Number, ordinal).ToPacked(), rest);
            }
        }

        return rest;
    }

    private MemtableChunk AddChunk(int vectorSizeBytes)
    {
        int largest = Math.Clamp(ChunkVectorBytes / Math.Max(1, vectorSizeBytes), SmallestChunkRows, LargestChunkRows);
        int capacity = _chunks.Length == 0 ? SmallestChunkRows : Math.Min(_chunks[^1].Capacity * 4, largest);
        var chunk = new MemtableChunk(_nextChunkNumber++, capacity);
        Volatile.Write(ref _chunks, [.. _chunks, chunk]);
        _isSealed = false;
        return chunk;
    }
}
