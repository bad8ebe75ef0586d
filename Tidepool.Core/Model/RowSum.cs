using System.Buffers.Binary;
using Tidepool.Index.Binary;

namespace Tidepool.Model;

/// <summary>A count of rows and an order-independent sum of what they are: two sets of rows with equal sums are the
/// same set, but for a chance of 2^-128.</summary>
/// <remarks>Every step of a manifest must balance: what goes in comes out or is recorded as deleted.</remarks>
/// <param name="Rows">How many rows.</param>
/// <param name="Identity">Sum of their identities, modulo 2^128.</param>
internal readonly record struct RowSum(long Rows, UInt128 Identity)
{
    // Two unrelated hashes of the same 16 bytes make one of 128 bits. Stored in sums: never change the seeds.
    private const ulong LowSeed = 0x9E3779B97F4A7C15;
    private const ulong HighSeed = 0xD1B54A32D192ED03;

    internal static RowSum Zero => default;

    /// <summary>The sum of one row.</summary>
    /// <param name="keyHash">The hash of its document's key.</param>
    /// <param name="sequence">The log entry that wrote it.</param>
    internal static RowSum Of(ulong keyHash, long sequence)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, keyHash);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], sequence);
        return new(1, new UInt128(XxHash64.Compute(bytes, HighSeed), XxHash64.Compute(bytes, LowSeed)));
    }

    public static RowSum operator +(RowSum left, RowSum right) =>
        new(left.Rows + right.Rows, unchecked(left.Identity + right.Identity));

    public static RowSum operator -(RowSum left, RowSum right) =>
        new(left.Rows - right.Rows, unchecked(left.Identity - right.Identity));
}
