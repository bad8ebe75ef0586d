using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Segments;

/// <summary>The numbers of the segment file format; docs/format/segment.md gives every byte.</summary>
internal static class SegmentFormat
{
    /// <summary>The bytes <c>TPV2</c>.</summary>
    internal const uint Magic = 0x32565054;

    /// <summary>A reader refuses any other version.</summary>
    internal const uint Version = 2;

    /// <summary>Minor versions only add what an older reader may skip.</summary>
    internal const int MinorVersion = 0;

    /// <summary>The header of the roadmap: magic to attr_len.</summary>
    internal const int HeaderSizeBytes =
        (5 * sizeof(uint)) + (6 * sizeof(ulong));

    /// <summary>The header and what follows it at fixed offsets.</summary>
    internal const int FixedSizeBytes =
        HeaderSizeBytes
        + (2 * sizeof(ushort)) + (2 * sizeof(uint)) // Minor version, fixed size; head size, document count.
        + (2 * 16) // Namespace and segment.
        + (2 * sizeof(long)) + 16 // First and last sequence, row sum.
        + (2 * sizeof(long)) // Smallest and largest integer id.
        + (2 * sizeof(ulong)) // Object length, block table.
        + (2 * sizeof(ushort)) + ReservedSizeBytes; // Section count, field count.

    /// <summary>Zero bytes at the end of the fixed part.</summary>
    internal const int ReservedSizeBytes = 12;

    /// <summary>Kind, flags, field and two reserved bytes; offset and length.</summary>
    internal const int DirectoryEntrySizeBytes = (4 * sizeof(ushort)) + (2 * sizeof(ulong));

    /// <summary>Sections, and the head as a whole, start and end at multiples of this: one cache line, one ZMM
    /// register.</summary>
    internal const int AlignmentBytes = 64;

    /// <summary>Each block of this size has a checksum of its own, and is verified when a reader first touches
    /// it.</summary>
    internal const int BlockSizeBytes = 64 * 1024;

    internal const int ChecksumSizeBytes = sizeof(uint);

    /// <summary>Far above what any schema needs; keeps a hostile head small.</summary>
    internal const int MaxHeadSizeBytes = 1024 * 1024;

    /// <summary>What one memory map or array can hold, less room for rounding.</summary>
    internal const long MaxObjectSizeBytes = int.MaxValue - BlockSizeBytes;

    /// <summary>A group of rows that is padded is padded to a multiple of this.</summary>
    internal const int PaddingBlockRows = 32;

    internal const int MaxRowCount = 1 << 30;

    /// <summary>The directory's field number of a section that belongs to no vector field.</summary>
    internal const int NoField = 0xFFFF;

    /// <summary>Directory flag: a reader that does not know the kind may ignore the section.</summary>
    internal const int SkippableFlag = 1;

    /// <summary>At most every second slot of the id index is taken.</summary>
    internal const int IdIndexSlotsPerRow = 2;

    /// <summary>Whether a section belongs to an index, without which a segment is still whole.</summary>
    internal static bool IsIndex(SectionKind kind) => kind is >= SectionKind.IvfHead and <= SectionKind.HnswCodes;

    /// <summary>Where a section starts that follows another one.</summary>
    /// <remarks>Sections of indexes come last, the first of them in a block of its own: damage to an index leaves the
    /// blocks of everything else sound.</remarks>
    internal static long GetStart(SectionKind kind, long end, SectionKind? previous) =>
        IsIndex(kind) && !(previous is { } before && IsIndex(before))
            ? (end + BlockSizeBytes - 1) / BlockSizeBytes * BlockSizeBytes
            : Align(end);

    internal static long Align(long offset) => (offset + AlignmentBytes - 1) & -AlignmentBytes;

    internal static int CountBlocks(long sizeBytes) => (int)((sizeBytes + BlockSizeBytes - 1) / BlockSizeBytes);

    /// <summary>Size of a bitmap with one bit per ordinal, in whole words of 64 bits.</summary>
    internal static long GetBitmapSizeBytes(int rowCount) => (long)BitWords.CountFor(rowCount) * sizeof(ulong);

    /// <summary>Size of the block table: a checksum per block before it, and one of the table.</summary>
    internal static long GetBlockTableSizeBytes(long blockTableOffset) =>
        ((long)CountBlocks(blockTableOffset) + 1) * ChecksumSizeBytes;

    /// <summary>Where the block table of an object begins, which follows from its size; -1 when no segment has that
    /// size.</summary>
    internal static long FindBlockTable(long objectLength)
    {
        long blocks = (objectLength - ChecksumSizeBytes + BlockSizeBytes + ChecksumSizeBytes - 1)
            / (BlockSizeBytes + ChecksumSizeBytes);
        long offset = objectLength - ((blocks + 1) * ChecksumSizeBytes);
        return offset > 0 && CountBlocks(offset) == blocks ? offset : -1;
    }

    /// <summary>Size of the slots of the id index, in whole cache lines.</summary>
    internal static long GetIdIndexSizeBytes(int documentCount) =>
        Align((long)documentCount * IdIndexSlotsPerRow * sizeof(uint));
}
