using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tidepool.Index.Binary;

namespace Tidepool.Index.Segments;

/// <summary>The bytes of one section, of which none is handed out before its block was found sound.</summary>
internal sealed class SectionBytes : IByteSource
{
    private readonly BlockVerifier _verifier;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _start;

    /// <summary>All bytes before this one are known to be sound. May lag behind, never ahead.</summary>
    private int _soundEnd;

    internal SectionBytes(BlockVerifier verifier, ReadOnlyMemory<byte> objectBytes, SegmentSection section)
    {
        _verifier = verifier;
        _start = (int)section.Offset;
        _bytes = objectBytes.Slice(_start, (int)section.Length);
    }

    internal int Length => _bytes.Length;

    /// <summary>Whether the whole section is known to be sound, so that reading it costs no more checks.</summary>
    internal bool IsVerified => Volatile.Read(ref _soundEnd) == _bytes.Length;

    long IByteSource.Length => _bytes.Length;

    /// <summary>Where a byte of the section lies in the object.</summary>
    internal long ToObjectOffset(int offset) => (long)_start + offset;

    internal ReadOnlySpan<byte> Get(int offset, int length)
    {
        ReadOnlySpan<byte> bytes = _bytes.Span.Slice(offset, length);
        if (offset + length > Volatile.Read(ref _soundEnd))
        {
            Verify(offset, length);
        }

        return bytes;
    }

    /// <summary>How many bytes from an offset on are known to be sound, as far as a number of them goes.</summary>
    internal int CountSound(int offset, int most)
    {
        int end = _start + offset + Math.Min(most, _bytes.Length - offset);
        return _verifier.FindUnverified(_start + offset, end) - _start - offset;
    }

    internal ReadOnlySpan<uint> GetUInt32s(int first, int count) =>
        MemoryMarshal.Cast<byte, uint>(Get(first * sizeof(uint), count * sizeof(uint)));

    internal ReadOnlySpan<float> GetSingles(int first, int count) =>
        MemoryMarshal.Cast<byte, float>(Get(first * sizeof(float), count * sizeof(float)));

    internal ReadOnlySpan<ulong> GetUInt64s(int first, int count) =>
        MemoryMarshal.Cast<byte, ulong>(Get(first * sizeof(ulong), count * sizeof(ulong)));

    internal uint GetUInt32(int position) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Get(position * sizeof(uint), sizeof(uint)));

    internal ulong GetUInt64(int position) =>
        BinaryPrimitives.ReadUInt64LittleEndian(Get(position * sizeof(ulong), sizeof(ulong)));

    public ReadOnlyMemory<byte> Read(long offset, int length)
    {
        ReadOnlyMemory<byte> bytes = _bytes.Slice(checked((int)offset), length);
        if (offset + length > Volatile.Read(ref _soundEnd))
        {
            Verify((int)offset, length);
        }

        return bytes;
    }

    private void Verify(int offset, int length)
    {
        _verifier.Verify(_start + offset, length);
        int soundEnd = Volatile.Read(ref _soundEnd);
        while (soundEnd < _bytes.Length && _verifier.IsVerified(_start + soundEnd))
        {
            int blockEnd = ((_start + soundEnd) / SegmentFormat.BlockSizeBytes + 1) * SegmentFormat.BlockSizeBytes;
            soundEnd = Math.Min(blockEnd - _start, _bytes.Length);
        }

        Volatile.Write(ref _soundEnd, soundEnd);
    }
}
