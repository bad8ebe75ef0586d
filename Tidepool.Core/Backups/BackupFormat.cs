namespace Tidepool.Backups;

/// <summary>The layout of a backup's record; docs/format/backup.md is the same in words.</summary>
internal static class BackupFormat
{
    internal const ushort Version = 1;
    internal const ushort OldestReadableVersion = 1;

    /// <summary>Bytes of a record before its namespaces.</summary>
    internal const int FixedLength = 4 + sizeof(ushort) + sizeof(ushort) + 16 + 8 + 8;

    internal const int ChecksumLength = sizeof(uint);

    internal static ReadOnlySpan<byte> Magic => "TPBK"u8;
}
