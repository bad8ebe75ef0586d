namespace Tidepool.Wal;

/// <summary>The layout of a log entry; docs/format/wal.md is the same in words.</summary>
internal static class WalFormat
{
    internal const ushort Version = 1;
    internal const ushort OldestReadableVersion = 1;

    internal const int KindOffset = 6;
    internal const int HeaderLengthOffset = 8;
    internal const int BatchCountOffset = 12;
    internal const int NamespaceIdOffset = 16;
    internal const int SequenceOffset = 32;
    internal const int WriterIdOffset = 40;
    internal const int PreviousHashOffset = 56;
    internal const int PayloadLengthOffset = 72;

    /// <summary>Bytes before the batch table.</summary>
    internal const int FixedLength = 80;

    /// <summary>Bytes per batch in the table: id, flags, length.</summary>
    internal const int BatchLength = 16 + sizeof(uint) + sizeof(uint);

    /// <summary>Payload bytes under one checksum; the last block may be shorter.</summary>
    internal const int BlockLength = 64 * 1024;

    internal const int ChecksumLength = sizeof(uint);

    /// <summary>The most payload bytes in one entry.</summary>
    internal const int MaxPayloadLength = 1 << 30;

    internal static ReadOnlySpan<byte> Magic => "TPWL"u8;

    internal static int GetHeaderLength(int batchCount, int payloadLength) =>
        FixedLength + (batchCount * BatchLength) + (GetBlockCount(payloadLength) * ChecksumLength) + ChecksumLength;

    internal static int GetBlockCount(int payloadLength) => (payloadLength + BlockLength - 1) / BlockLength;
}
