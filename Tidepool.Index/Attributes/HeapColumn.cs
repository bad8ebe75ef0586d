using System.Runtime.InteropServices;
using Tidepool.Index.Binary;

namespace Tidepool.Index.Attributes;

/// <summary>Byte strings one after the other in a heap: row r is [offset r, offset r + 1) of it.</summary>
/// <remarks>The heap of a segment is read, and its checksums verified, only where a value is asked for.</remarks>
internal sealed class HeapColumn : TextColumn
{
    private readonly ReadOnlyMemory<byte> _offsets;
    private readonly ReadOnlyMemory<byte> _heap;
    private readonly IByteSource? _source;
    private readonly long _heapOffset;

    /// <summary>Over a heap in memory.</summary>
    internal HeapColumn(in ColumnShape shape, ReadOnlyMemory<byte> offsets, ReadOnlyMemory<byte> heap)
        : base(shape)
    {
        _offsets = offsets;
        _heap = heap;
    }

    /// <summary>Over a heap that starts at an offset of a source.</summary>
    internal HeapColumn(in ColumnShape shape, ReadOnlyMemory<byte> offsets, IByteSource source, long heapOffset)
        : base(shape)
    {
        _offsets = offsets;
        _source = source;
        _heapOffset = heapOffset;
    }

    /// <summary>One more than there are stored rows, never decreasing, from 0 to the heap's size.</summary>
    internal ReadOnlySpan<int> Offsets => MemoryMarshal.Cast<byte, int>(_offsets.Span);

    internal override int GetLength(int ordinal)
    {
        ReadOnlySpan<int> offsets = Offsets;
        return offsets[ordinal + 1] - offsets[ordinal];
    }

    internal override ReadOnlySpan<byte> GetText(int ordinal)
    {
        ReadOnlySpan<int> offsets = Offsets;
        return GetHeap(offsets[ordinal], offsets[ordinal + 1] - offsets[ordinal]);
    }

    private ReadOnlySpan<byte> GetHeap(int offset, int length) =>
        _source is null ? _heap.Span.Slice(offset, length)
            : length == 0 ? default
            : _source.Read(_heapOffset + offset, length).Span;
}
