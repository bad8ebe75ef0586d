using System.Buffers.Binary;
using Tidepool.Index.Binary;

namespace Tidepool.Index.Rows;

/// <summary>A row as a 128-bit number, whose sum over rows, modulo 2^128, does not depend on their order.</summary>
/// <remarks>By these sums a flush or a compaction proves that it lost no row and doubled none. Stored: never
/// change.</remarks>
internal static class RowIdentity
{
    // Two unrelated hashes of the same 16 bytes make one of 128 bits.
    private const ulong LowSeed = 0x9E3779B97F4A7C15;
    private const ulong HighSeed = 0xD1B54A32D192ED03;

    /// <summary>The identity of one row.</summary>
    /// <param name="keyHash">The hash of its document's key.</param>
    /// <param name="sequence">The log entry that wrote it.</param>
    internal static UInt128 Of(ulong keyHash, long sequence)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, keyHash);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], sequence);
        return new UInt128(XxHash64.Compute(bytes, HighSeed), XxHash64.Compute(bytes, LowSeed));
    }
}
