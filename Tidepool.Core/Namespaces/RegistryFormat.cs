namespace Tidepool.Namespaces;

/// <summary>The layouts of the root marker and of namespace records; docs/format/manifest.md is the same in words.
/// </summary>
internal static class RegistryFormat
{
    internal const ushort Version = 1;
    internal const ushort OldestReadableVersion = 1;

    internal const byte CreatedKind = 1;
    internal const byte DroppedKind = 2;

    internal const int ChecksumLength = sizeof(uint);

    /// <summary>Bytes of a root marker.</summary>
    internal const int RootMarkerLength = 4 + sizeof(ushort) + sizeof(ushort) + 16 + ChecksumLength;

    /// <summary>Bytes of a record before the name.</summary>
    internal const int RecordFixedLength = 4 + sizeof(ushort) + 1 + 1 + 8 + 16;

    internal static ReadOnlySpan<byte> RootMagic => "TPRT"u8;

    internal static ReadOnlySpan<byte> RecordMagic => "TPNS"u8;
}
