using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Tidepool.Index.Quantization;

/// <summary>The upper 24 bits of each of two floats, side by side: their range, and 16 significant bits.</summary>
internal static class Float24
{
    /// <summary>Bytes of a pair.</summary>
    internal const int PairSizeBytes = 6;

    /// <summary>How far rounding puts a number off at most, by its size.</summary>
    internal const float RoundingError = 1f / (1 << 16);

    private const int Shift = 8;
    private const uint Upper = uint.MaxValue << Shift;

    /// <summary>The nearest number that 24 bits can be; a finite one can become infinite.</summary>
    internal static float Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? float.NaN
            : BitConverter.UInt32BitsToSingle((bits + (~Upper >> 1) + ((bits >> Shift) & 1)) & Upper);
    }

    /// <summary>Writes two numbers that <see cref="Round"/> made.</summary>
    internal static void WritePair(Span<byte> pair, float first, float second)
    {
        uint low = BitConverter.SingleToUInt32Bits(first) >> Shift;
        ulong high = BitConverter.SingleToUInt32Bits(second) >> Shift;
        BinaryPrimitives.WriteUInt32LittleEndian(pair, low | (uint)(high << 24));
        BinaryPrimitives.WriteUInt16LittleEndian(pair[sizeof(uint)..], (ushort)(high >> 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (float First, float Second) ReadPair(ReadOnlySpan<byte> pair)
    {
        // The four bytes that the second ends in begin with the last byte of the first.
        uint low = BinaryPrimitives.ReadUInt32LittleEndian(pair);
        uint high = BinaryPrimitives.ReadUInt32LittleEndian(pair[(PairSizeBytes - sizeof(uint))..]);
        return (BitConverter.UInt32BitsToSingle(low << Shift), BitConverter.UInt32BitsToSingle(high & Upper));
    }
}
