using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;

namespace Tidepool.Memtables;

/// <summary>A run of the newest rows of a namespace, column by column, in the order they were logged.</summary>
/// <remarks>One writer, any number of lock-free readers through <see cref="ChunkView"/>. Rows are only added; a row
/// that is deleted or overwritten gets its bit in a snapshot's dead-row bitmap. Belongs to one memtable, or to several
/// that follow each other; its vectors' memory goes with the last of them.</remarks>
internal sealed class MemtableChunk
{
    /// <summary>No earlier row with the same id.</summary>
    internal const long NoPrevious = -1;

    private readonly KeyBuffer _keys;
    private readonly long[] _sequences;
    private readonly long[] _previous;
    private NamedColumn<VectorBuffer>[] _vectors = [];
    private NamedColumn<ColumnBuffer>[] _attributes = [];
    private int _memtableCount = 1;

    internal MemtableChunk(int number, int capacity)
    {
        Number = number;
        Capacity = capacity;
        _keys = new KeyBuffer(capacity);
        _sequences = GC.AllocateUninitializedArray<long>(capacity);
        _previous = GC.AllocateUninitializedArray<long>(capacity);
    }

    internal int Number { get; }

    internal int Capacity { get; }

    /// <summary>Rows written; the writer's own count, ahead of what is published.</summary>
    internal int Count { get; private set; }

    internal bool IsFull => Count == Capacity;

    internal long LastSequence => Count == 0 ? 0 : _sequences[Count - 1];

    internal ReadOnlySpan<NamedColumn<VectorBuffer>> Vectors => Volatile.Read(ref _vectors);

    internal ReadOnlySpan<NamedColumn<ColumnBuffer>> Attributes => Volatile.Read(ref _attributes);

    internal int Append(DocumentKey key, long sequence, long previous)
    {
        int ordinal = Count;
        _keys.Set(ordinal, key);
        _sequences[ordinal] = sequence;
        _previous[ordinal] = previous;
        Count = ordinal + 1;
        return ordinal;
    }

    internal DocumentKey GetKey(int ordinal) => _keys.Get(ordinal);

    internal ulong GetKeyHash(int ordinal) => _keys.GetHash(ordinal);

    internal long GetSequence(int ordinal) => _sequences[ordinal];

    /// <summary>The row that held the same id before, packed, or <see cref="NoPrevious"/>.</summary>
    internal long GetPrevious(int ordinal) => _previous[ordinal];

    /// <summary>The first of so many ordinals whose sequence is greater; rows are in sequence order.</summary>
    internal int FindFirstAfter(long sequence, int rowCount)
    {
        int low = 0;
        int high = rowCount;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_sequences[middle] <= sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    internal VectorBuffer GetOrAddVectors(string name, int dimensions)
    {
        foreach (NamedColumn<VectorBuffer> vectors in _vectors)
        {
            if (vectors.Name == name)
            {
                return vectors.Column;
            }
        }

        var added = new VectorBuffer(dimensions, Capacity);
        Volatile.Write(ref _vectors, [.. _vectors, new(name, added)]);
        return added;
    }

    internal ColumnBuffer GetOrAddAttribute(string name, ColumnType type)
    {
        foreach (NamedColumn<ColumnBuffer> attribute in _attributes)
        {
            if (attribute.Name == name)
            {
                return attribute.Column;
            }
        }

        var added = new ColumnBuffer(type);
        Volatile.Write(ref _attributes, [.. _attributes, new(name, added)]);
        return added;
    }

    /// <summary>Gives it to one more memtable.</summary>
    internal void Share() => Interlocked.Increment(ref _memtableCount);

    /// <summary>Takes it from a memtable; nobody may read its vectors after the last.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _memtableCount) == 0)
        {
            foreach (NamedColumn<VectorBuffer> vectors in _vectors)
            {
                vectors.Column.Dispose();
            }
        }
    }

    /// <summary>What readers may see from now on: every row written so far.</summary>
    internal ChunkView Publish()
    {
        foreach (NamedColumn<VectorBuffer> vectors in _vectors)
        {
            vectors.Column.FillGaps(Count);
        }

        return new ChunkView(this, Count);
    }
}
