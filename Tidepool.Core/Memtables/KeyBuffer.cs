using Tidepool.Index.Rows;

namespace Tidepool.Memtables;

/// <summary>The ids of a chunk's rows, in row order.</summary>
/// <remarks>One writer, any number of lock-free readers of rows published before they look. Arrays are replaced when
/// they grow, never changed below the published count, so a reader may hold an old one.</remarks>
internal sealed class KeyBuffer(int capacity)
{
    private const int FirstHeapSizeBytes = 1024;

    private readonly ulong[] _hashes = GC.AllocateUninitializedArray<ulong>(capacity);
    private int[]? _textEnds;
    private byte[] _heap = [];
    private int _heapUsed;

    internal int HeapSizeBytes => _heapUsed;

    internal void Set(int ordinal, DocumentKey key)
    {
        _hashes[ordinal] = key.Hash;
        if (_textEnds is null)
        {
            if (key.Text.IsEmpty)
            {
                return;
            }

            Volatile.Write(ref _textEnds, new int[_hashes.Length]); // Zeros: the rows so far have integer ids.
        }

        AppendText(key.Text);
        _textEnds![ordinal] = _heapUsed;
    }

    internal DocumentKey Get(int ordinal)
    {
        int[]? ends = Volatile.Read(ref _textEnds);
        if (ends is null)
        {
            return new DocumentKey(_hashes[ordinal], default);
        }

        int start = ordinal == 0 ? 0 : ends[ordinal - 1];
        int end = ends[ordinal];
        return new DocumentKey(_hashes[ordinal], Volatile.Read(ref _heap).AsSpan(start, end - start));
    }

    internal ulong GetHash(int ordinal) => _hashes[ordinal];

    private void AppendText(ReadOnlySpan<byte> text)
    {
        if (_heap.Length - _heapUsed < text.Length)
        {
            byte[] grown = GC.AllocateUninitializedArray<byte>(
                Math.Max(FirstHeapSizeBytes, Math.Max(_heap.Length * 2, _heapUsed + text.Length)));
            _heap.AsSpan(0, _heapUsed).CopyTo(grown);
            Volatile.Write(ref _heap, grown);
        }

        text.CopyTo(_heap.AsSpan(_heapUsed));
        _heapUsed += text.Length;
    }
}
