using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tidepool.Model;

/// <summary>The first 16 bytes of a SHA-256: what links log entries and manifests to their predecessors.</summary>
/// <param name="Value">Those bytes as a little-endian number; 0 where there is no predecessor.</param>
internal readonly record struct ContentHash(UInt128 Value)
{
    internal const int Size = 16;

    internal static ContentHash Compute(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return new(BinaryPrimitives.ReadUInt128LittleEndian(digest));
    }

    /// <summary>The bytes in hexadecimal, in the order in which they are stored.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, Value);
        return Convert.ToHexStringLower(bytes);
    }
}
