using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>A bit for each dimension of a residual, and its sums with the code x of halves, +½ or -½.</summary>
internal static class SignCode
{
    private const int Multiple = 16;

    // Sums in single precision are off by less than this part of themselves.
    private const double Rounding = 4e-7;

    /// <summary>Bit i % 8 of byte i / 8 becomes whether dimension i is positive.</summary>
    internal static CodeSums Encode(ReadOnlySpan<float> residual, ReadOnlySpan<float> center, Span<byte> signs)
    {
        // What makes every raw reference below safe: a multiple of the widest register, as much of the center, and
        // a byte for each eight.
        ArgumentOutOfRangeException.ThrowIfNotEqual(residual.Length % Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(center.Length, residual.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(signs.Length, residual.Length / 8);
        ref float residuals = ref MemoryMarshal.GetReference(residual);
        ref float centers = ref MemoryMarshal.GetReference(center);
        ref byte bytes = ref MemoryMarshal.GetReference(signs);
        (float squares, float absolutes, float centerSum) =
            KernelWidth.HasVector512 ? Encode512(ref residuals, ref centers, ref bytes, residual.Length)
            : KernelWidth.HasVector256 ? Encode256(ref residuals, ref centers, ref bytes, residual.Length)
            : KernelWidth.HasVector128 ? Encode128(ref residuals, ref centers, ref bytes, residual.Length)
            : default;
        if (!CodeSums.AreSafe(squares, centerSum))
        {
            return EncodeScalar(residual, center, signs);
        }

        double excess = ((double)squares * residual.Length / ((double)absolutes * absolutes)) - 1;
        return new CodeSums(squares, absolutes / 2d, centerSum / 2d, Math.Max(0, excess) + Rounding);
    }

    internal static CodeSums EncodeScalar(ReadOnlySpan<float> residual, ReadOnlySpan<float> center, Span<byte> signs)
    {
        signs.Clear();
        double squares = 0;
        double product = 0;
        double centerProduct = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            bool isPositive = residual[i] > 0;
            signs[i / 8] |= (byte)((isPositive ? 1 : 0) << (i % 8));
            squares += (double)residual[i] * residual[i];
            product += Math.Abs(residual[i]) / 2d;
            centerProduct += isPositive ? center[i] / 2d : center[i] / -2d;
        }

        double excess = (squares * (residual.Length / 4d) / (product * product)) - 1;
        return new CodeSums(squares, product, centerProduct, Math.Max(0, excess));
    }

    // Below: a step reads as many dimensions as it counts, and count is a multiple of each step; byte i / 8 holds
    // dimension i, so as many bytes are written as there are.

    private static (float Squares, float Absolutes, float CenterSum) Encode512(
        ref float residuals, ref float centers, ref byte signs, int count)
    {
        Vector512<float> squares = Vector512<float>.Zero;
        Vector512<float> absolutes = Vector512<float>.Zero;
        Vector512<float> centerSum = Vector512<float>.Zero;
        for (nuint i = 0; i < (nuint)count; i += 16)
        {
            Vector512<float> residual = Vector512.LoadUnsafe(ref residuals, i);
            Vector512<float> center = Vector512.LoadUnsafe(ref centers, i);
            Vector512<float> isPositive = Vector512.GreaterThan(residual, Vector512<float>.Zero);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref signs, i / 8), (ushort)isPositive.ExtractMostSignificantBits());
            squares = Vector512.FusedMultiplyAdd(residual, residual, squares);
            absolutes += Vector512.Abs(residual);
            centerSum += Vector512.ConditionalSelect(isPositive, center, -center);
        }

        return (Vector512.Sum(squares), Vector512.Sum(absolutes), Vector512.Sum(centerSum));
    }

    private static (float Squares, float Absolutes, float CenterSum) Encode256(
        ref float residuals, ref float centers, ref byte signs, int count)
    {
        Vector256<float> squares = Vector256<float>.Zero;
        Vector256<float> absolutes = Vector256<float>.Zero;
        Vector256<float> centerSum = Vector256<float>.Zero;
        for (nuint i = 0; i < (nuint)count; i += 8)
        {
            Vector256<float> residual = Vector256.LoadUnsafe(ref residuals, i);
            Vector256<float> center = Vector256.LoadUnsafe(ref centers, i);
            Vector256<float> isPositive = Vector256.GreaterThan(residual, Vector256<float>.Zero);
            Unsafe.Add(ref signs, i / 8) = (byte)isPositive.ExtractMostSignificantBits();
            squares = Vector256.FusedMultiplyAdd(residual, residual, squares);
            absolutes += Vector256.Abs(residual);
            centerSum += Vector256.ConditionalSelect(isPositive, center, -center);
        }

        return (Vector256.Sum(squares), Vector256.Sum(absolutes), Vector256.Sum(centerSum));
    }

    private static (float Squares, float Absolutes, float CenterSum) Encode128(
        ref float residuals, ref float centers, ref byte signs, int count)
    {
        Vector128<float> squares = Vector128<float>.Zero;
        Vector128<float> absolutes = Vector128<float>.Zero;
        Vector128<float> centerSum = Vector128<float>.Zero;
        for (nuint i = 0; i < (nuint)count; i += 8)
        {
            Vector128<float> first = Vector128.LoadUnsafe(ref residuals, i);
            Vector128<float> second = Vector128.LoadUnsafe(ref residuals, i + 4);
            Vector128<float> isFirstPositive = Vector128.GreaterThan(first, Vector128<float>.Zero);
            Vector128<float> isSecondPositive = Vector128.GreaterThan(second, Vector128<float>.Zero);
            uint bits = isFirstPositive.ExtractMostSignificantBits();
            bits |= isSecondPositive.ExtractMostSignificantBits() << 4;
            Unsafe.Add(ref signs, i / 8) = (byte)bits;
            squares += (first * first) + (second * second);
            absolutes += Vector128.Abs(first) + Vector128.Abs(second);
            Vector128<float> firstCenter = Vector128.LoadUnsafe(ref centers, i);
            Vector128<float> secondCenter = Vector128.LoadUnsafe(ref centers, i + 4);
            centerSum += Vector128.ConditionalSelect(isFirstPositive, firstCenter, -firstCenter)
                + Vector128.ConditionalSelect(isSecondPositive, secondCenter, -secondCenter);
        }

        return (Vector128.Sum(squares), Vector128.Sum(absolutes), Vector128.Sum(centerSum));
    }
}
