using System.Runtime.InteropServices;
using Tidepool.Index.Binary;

namespace Tidepool.Index.Segments;

/// <summary>Checks the blocks of a segment against the block table, each once: when it is first touched, or, of a
/// segment that is being fetched in parts, when it arrives.</summary>
/// <remarks>Any number of threads; two that touch a block at the same time both check it.</remarks>
internal sealed class BlockVerifier
{
    private readonly ReadOnlyMemory<byte> _blocks;
    private readonly uint[] _checksums;
    private readonly bool _isPartial;

    /// <summary>A bit per block, set once the block was found sound.</summary>
    private readonly ulong[] _verified;

    /// <summary>Reads and checks the block table.</summary>
    /// <param name="objectBytes">The object.</param>
    /// <param name="header">Its head.</param>
    /// <param name="isPartial">Whether only those blocks are there that were admitted.</param>
    /// <exception cref="SegmentFormatException">The table fails its own checksum.</exception>
    internal BlockVerifier(ReadOnlyMemory<byte> objectBytes, SegmentHeader header, bool isPartial)
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
        ObjectKey = header.Identity.ObjectKey;
        _isPartial = isPartial;
        _verified = new ulong[(blockCount + 63) / 64];
    }

    internal int BlockCount => _checksums.Length;

    internal string ObjectKey { get; }

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
    /// <exception cref="AbsentBytesException">A block was not fetched yet.</exception>
    internal void Verify(int offset, int length)
    {
        if (length == 0)
        {
            return;
        }

        int last = (offset + length - 1) / SegmentFormat.BlockSizeBytes;
        for (int block = offset / SegmentFormat.BlockSizeBytes; block <= last; block++)
        {
            if (IsVerified(block * SegmentFormat.BlockSizeBytes))
            {
                continue;
            }

            if (_isPartial)
            {
                int start = block * SegmentFormat.BlockSizeBytes;
                throw new AbsentBytesException(this, new ByteRange(start, offset + length - start));
            }

            Recheck(block);
            MarkVerified(block);
        }
    }

    /// <summary>Size of a block.</summary>
    internal int GetLength(int block) =>
        Math.Min(SegmentFormat.BlockSizeBytes, _blocks.Length - (block * SegmentFormat.BlockSizeBytes));

    /// <summary>Says that a block has been put in its place, and was checked before.</summary>
    internal void MarkVerified(int block) => Interlocked.Or(ref _verified[block >> 6], 1UL << (block & 63));

    /// <summary>Checks a block, whether or not it was checked before.</summary>
    internal void Recheck(int block) =>
        Check(block, _blocks.Span.Slice(block * SegmentFormat.BlockSizeBytes, GetLength(block)));

    /// <summary>Checks what is to be a block.</summary>
    internal void Check(int block, ReadOnlySpan<byte> bytes)
    {
        uint computed = Crc32C.Compute(bytes);
        if (computed != _checksums[block])
        {
            throw new SegmentFormatException(
                $"block {block} ({bytes.Length} bytes) has checksum {_checksums[block]:X8}, "
                + $"its bytes give {computed:X8}",
                block * SegmentFormat.BlockSizeBytes)
            {
                ObjectKey = ObjectKey,
            };
        }
    }
}
