namespace Tidepool.Index.Segments;

/// <summary>The numbers of the deletion bitmap format; docs/format/segment.md gives every byte.</summary>
internal static class DeletionBitmapFormat
{
    /// <summary>The bytes <c>TPVD</c>.</summary>
    internal const uint Magic = 0x44565054;

    /// <summary>A reader refuses any other version.</summary>
    internal const uint Version = 1;

    /// <summary>Magic, version, namespace, segment, row count and number of bits set.</summary>
    internal const int HeaderSizeBytes = (2 * sizeof(uint)) + (2 * 16) + (2 * sizeof(uint));

    internal const int ChecksumSizeBytes = sizeof(uint);
}
