namespace Tidepool.Index.Hnsw;

/// <summary>The numbers of the graph index's sections; docs/format/hnsw.md gives every byte.</summary>
internal static class HnswFormat
{
    /// <summary>The bytes <c>TPHN</c>.</summary>
    internal const uint Magic = 0x4E485054;

    /// <summary>A reader refuses any other version.</summary>
    internal const int Version = 2;

    internal const int HeadSizeBytes = 128;

    /// <summary>What every part starts at a multiple of.</summary>
    internal const int AlignmentBytes = 64;

    /// <summary>The two factors of a code of bytes.</summary>
    internal const int FactorsSizeBytes = 2 * sizeof(float);

    /// <summary>The most candidates that a graph may say a recall takes.</summary>
    internal const int MaxEf = 1 << 20;

    internal static long Pad(long sizeBytes) => (sizeBytes + AlignmentBytes - 1) & -AlignmentBytes;
}
