using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Codes of a byte for each dimension, in 256-bit registers; <see cref="ByteCode"/> defines them.</summary>
internal static class ByteCode256
{
    private const int Lanes = 8;

    // Everywhere: count is a multiple of 16, so the 16 dimensions from i that a step touches are below it.

    internal static (float Squares, float Largest) Measure(ref float residuals, int count)
    {
        Vector256<float> squares = Vector256<float>.Zero;
        Vector256<float> largest = Vector256<float>.Zero;
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector256<float> residual = Vector256.LoadUnsafe(ref residuals, i);
            squares = Vector256.FusedMultiplyAdd(residual, residual, squares);
            largest = Vector256.MaxNative(largest, Vector256.Abs(residual));
        }

        float max = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            max = Math.Max(max, largest[lane]);
        }

        return (Vector256.Sum(squares), max);
    }

    internal static ByteCodeSums Encode(
        ref float residuals, ref float centers, float largest, ref byte codes, int count)
    {
        Vector256<float> scale = Vector256.Create(ByteCode.Levels / largest);
        Vector256<float> step = Vector256.Create(largest / ByteCode.Levels);
        Sums sums = default;
        for (nuint i = 0; i < (nuint)count; i += 2 * Lanes)
        {
            Vector256<int> a = Encode(ref residuals, ref centers, i, scale, step, ref sums);
            Vector256<int> b = Encode(ref residuals, ref centers, i + Lanes, scale, step, ref sums);
            Vector256<ushort> words = Vector256.Narrow(a, b).AsUInt16();
            Vector128.Narrow(words.GetLower(), words.GetUpper()).StoreUnsafe(ref codes, i);
        }

        return new ByteCodeSums(
            Vector256.Sum(sums.Errors),
            Vector256.Sum(sums.ErrorProduct),
            Vector256.Sum(sums.Codes),
            Vector256.Sum(sums.CenterProduct));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Encode(
        ref float residuals, ref float centers, nuint i, Vector256<float> scale, Vector256<float> step, ref Sums sums)
    {
        Vector256<float> residual = Vector256.LoadUnsafe(ref residuals, i);
        Vector256<float> level = Vector256.Floor(residual * scale);
        level = Vector256.MaxNative(Vector256.MinNative(level, Vector256.Create(127f)), Vector256.Create(-128f));
        Vector256<float> x = level + Vector256.Create(0.5f);
        Vector256<float> error = residual - (step * x);
        sums.Errors = Vector256.FusedMultiplyAdd(error, error, sums.Errors);
        sums.ErrorProduct = Vector256.FusedMultiplyAdd(error, x, sums.ErrorProduct);
        sums.Codes = Vector256.FusedMultiplyAdd(x, x, sums.Codes);
        sums.CenterProduct = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref centers, i), x, sums.CenterProduct);
        return Vector256.ConvertToInt32Native(level) + Vector256.Create(ByteCode.Levels);
    }

    private struct Sums
    {
        internal Vector256<float> Errors;
        internal Vector256<float> ErrorProduct;
        internal Vector256<float> Codes;
        internal Vector256<float> CenterProduct;
    }
}
