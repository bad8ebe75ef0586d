using System.Runtime.InteropServices;
using Tidepool.Index.Binary;

namespace Tidepool.Index.Segments;

/// <summary>Checks the blocks of a segment against the block table, each once, when it is first touched.</summary>
/// <remarks>Any number of threads; two that touch a block at the same time both check it.</remarks>
internal sealed class BlockVerifier
{
    private readonly ReadOnlyMemory<byte> _blocks;
    private readonly uint[] _checksums;
    private readonly string _objectKey;

    /// <summary>A bit per block, set once the block was found sound.</summary>
    private readonly ulong[] _verified;

    /// <summary>Reads and checks the block table.</summary>
    /// <exception cref="SegmentFormatException">The table fails its own checksum.</exception>
    internal BlockVerifier(ReadOnlyMemory<byte> objectBytes, SegmentHeader header)
    {
        int tableOffset = (int)header.BlockTableOffset;
        int blockCount = SegmentFormat.CountBlocks(tableOffset);
        ReadOnlySpan<byte> table = objectBytes.Span.Slice(tableOffset, blockCount * SegmentFormat.ChecksumSizeBytes);
        SpanReader rest = new(objectBytes.Span[(tableOffset + table.Length)..], tableOffset + table.Length);
        uint stored = rest.ReadUInt32();
        uint computed = Crc32C.Compute(table);
        if (stored != computed)
        {
            throw new SegmentFormatException(
                $"the block table's checksum is {stored:X8}, its bytes give {computed:X8}", tableOffset)
            {
                ObjectKey = header.Identity.ObjectKey,
            };
        }

        _blocks = objectBytes[..tableOffset];
        _checksums = MemoryMarshal.Cast<byte, uint>(table).ToArray();
        _objectKey = header.Identity.ObjectKey;
        _verified = new ulong[(blockCount + 63) / 64];
    }

    internal int BlockCount => _checksums.Length;

    /// <summary>Whether the block that holds a byte was found sound before.</summary>
    internal bool IsVerified(int offset)
    {
        int block = offset / SegmentFormat.BlockSizeBytes;
        return (Volatile.Read(ref _verified[block >> 6]) >> (block & 63) & 1) != 0;
    }

    /// <summary>Where, from a byte on and at most at another, the first block begins that was not found sound
    /// yet.</summary>
    internal int FindUnverified(int offset, int end)
    {
        while (offset < end && IsVerified(offset))
        {
            offset = ((offset / SegmentFormat.BlockSizeBytes) + 1) * SegmentFormat.BlockSizeBytes;
        }

        return Math.Min(offset, end);
    }

    /// <summary>Checks the blocks that hold [offset, offset + length), as far as they were not checked
    /// before.</summary>
    /// <exception cref="SegmentFormatException">A block fails its checksum.</exception>
    internal void Verify(int offset, int length)
    {
        if (length == 0)
        {
            return;
        }

        int last = (offset + length - 1) / SegmentFormat.BlockSizeBytes;
        for (int block = offset / SegmentFormat.BlockSizeBytes; block <= last; block++)
        {
            if (!IsVerified(block * SegmentFormat.BlockSizeBytes))
            {
                Recheck(block);
                Interlocked.Or(ref _verified[block >> 6], 1UL << (block & 63));
            }
        }
    }

    /// <summary>Checks a block, whether or not it was checked before.</summary>
    internal void Recheck(int block)
    {
        int start = block * SegmentFormat.BlockSizeBytes;
        int length = Math.Min(SegmentFormat.BlockSizeBytes, _blocks.Length - start);
        uint computed = Crc32C.Compute(_blocks.Span.Slice(start, length));
        if (computed != _checksums[block])
        {
            throw new SegmentFormatException(
                $"block {block} ({length} bytes) has checksum {_checksums[block]:X8}, its bytes give {computed:X8}",
                start)
            {
                ObjectKey = _objectKey,
            };
        }
    }
}
