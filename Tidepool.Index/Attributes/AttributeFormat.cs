namespace Tidepool.Index.Attributes;

/// <summary>Numbers of the attributes section; docs/format/attributes.md says what they mean.</summary>
internal static class AttributeFormat
{
    /// <summary>"TPAT" in ASCII.</summary>
    internal const uint Magic = 0x54_41_50_54;

    internal const ushort Version = 1;

    /// <summary>Magic, version, reserved; rows, columns; section's size; names' size, reserved.</summary>
    internal const int HeaderSizeBytes = 4 + 2 + 2 + 4 + 4 + 8 + 4 + 4;

    internal const int PartCount = 6;

    /// <summary>Name's offset and size, type, encoding; nulls, elements, entries, reserved; the parts.</summary>
    internal const int EntrySizeBytes = 4 + 2 + 1 + 1 + 4 + 4 + 4 + 4 + (PartCount * PartSizeBytes);

    /// <summary>Offset, size.</summary>
    internal const int PartSizeBytes = 8 + 8;

    /// <summary>Every part starts at a multiple of this: one cache line, one vector.</summary>
    internal const int Alignment = 64;

    internal static long Align(long offset) => (offset + Alignment - 1) & -Alignment;
}
