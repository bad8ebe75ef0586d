namespace Tidepool.Manifests;

/// <summary>The layouts of manifests, tombstones, hints and ledgers; docs/format/manifest.md is the same in words.
/// </summary>
internal static class ManifestFormat
{
    internal const ushort Version = 1;
    internal const ushort OldestReadableVersion = 1;

    internal const byte ManifestKind = 1;
    internal const byte TombstoneKind = 2;

    /// <summary>Magic, version, kind, reserved byte and length: what manifests and tombstones begin with.</summary>
    internal const int PrologueLength = 4 + sizeof(ushort) + 1 + 1 + sizeof(uint);

    /// <summary>Bytes of a manifest before its schema.</summary>
    internal const int FixedLength = PrologueLength + 16 + 8 + 16 + 16 + 8 + 16 + 8 + 8 + 16;

    /// <summary>Bytes of a tombstone.</summary>
    internal const int TombstoneLength = PrologueLength + 16 + 8 + 8 + ChecksumLength;

    /// <summary>Bytes of a hint before the manifest in it.</summary>
    internal const int HintFixedLength = 4 + sizeof(ushort) + sizeof(ushort) + 8 + sizeof(uint);

    /// <summary>Bytes of a ledger before its rows.</summary>
    internal const int LedgerFixedLength = 4 + sizeof(ushort) + sizeof(ushort) + sizeof(uint) + 16 + 16 + 8 + 8;

    /// <summary>Bytes per batch in a ledger: id, sequence.</summary>
    internal const int LedgerRowLength = 16 + 8;

    internal const int ChecksumLength = sizeof(uint);

    /// <summary>Flag of a segment that has deletions.</summary>
    internal const int DeletionsFlag = 1;

    /// <summary>Flag of a segment that says what a search of its cells begins with.</summary>
    internal const int OpeningFlag = 2;

    /// <summary>Flag of a segment that another incarnation owns.</summary>
    internal const int OwnerFlag = 4;

    internal static ReadOnlySpan<byte> Magic => "TPMF"u8;

    internal static ReadOnlySpan<byte> HintMagic => "TPHT"u8;

    internal static ReadOnlySpan<byte> LedgerMagic => "TPBL"u8;
}
