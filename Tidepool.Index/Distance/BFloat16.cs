using System.Runtime.CompilerServices;

namespace Tidepool.Index.Distance;

/// <summary>The upper 16 bits of a float: its range, and eight significant bits.</summary>
internal static class BFloat16
{
    /// <summary>How far <see cref="Round"/> puts a number off at most, by its size.</summary>
    internal const float RoundingError = 1f / 256;

    /// <summary>How far <see cref="RoundDown"/> puts a number off at most, by its size.</summary>
    internal const float DownwardError = 1f / 128;

    private const int Shift = 16;
    private const uint Lower = (1u << Shift) - 1;

    /// <summary>The nearest number, the even one of two; a finite float can become infinite.</summary>
    internal static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + (Lower >> 1) + ((bits >> Shift) & 1)) >> Shift);
    }

    /// <summary>The next number that is not above a finite one.</summary>
    internal static ushort RoundDown(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((value < 0 ? bits + Lower : bits) >> Shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << Shift);
}
