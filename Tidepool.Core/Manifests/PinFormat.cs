using System.Text;

namespace Tidepool.Manifests;

/// <summary>The layout of pins; docs/format/manifest.md is the same in words.</summary>
internal static class PinFormat
{
    internal const ushort Version = 1;
    internal const ushort OldestReadableVersion = 1;

    internal const byte PinKind = 1;
    internal const byte ReleasedKind = 2;

    /// <summary>Magic, version, kind, reserved byte, length, namespace and number: bytes before the name.</summary>
    internal const int FixedLength = 4 + sizeof(ushort) + 1 + 1 + sizeof(uint) + 16 + 8;

    /// <summary>Bytes between the name and the manifest: id, position, rows, deadline, generation, length.</summary>
    internal const int StateLength = 16 + 8 + 16 + 8 + 16 + 8 + 8 + sizeof(uint);

    internal const int ChecksumLength = sizeof(uint);

    internal static ReadOnlySpan<byte> Magic => "TPPN"u8;

    /// <summary>Size of what a released pin leaves behind; a pin of that name is always larger.</summary>
    internal static int GetReleasedLength(string name)
    {
        int length = Encoding.UTF8.GetByteCount(name);
        return FixedLength + (length < 0x80 ? 1 : 2) + length + ChecksumLength;
    }
}
