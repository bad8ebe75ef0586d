using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Codes of a byte for each dimension, in 512-bit registers; <see cref="ByteCode"/> defines them.</summary>
internal static class ByteCode512
{
    private const int Lanes = 16;

    // Everywhere: count is a multiple of 16, so the 16 dimensions from i that a step touches are below it.

    internal static (float Squares, float Largest) Measure(ref float residuals, int count)
    {
        Vector512<float> squares = Vector512<float>.Zero;
        Vector512<float> largest = Vector512<float>.Zero;
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector512<float> residual = Vector512.LoadUnsafe(ref residuals, i);
            squares = Vector512.FusedMultiplyAdd(residual, residual, squares);
            largest = Vector512.MaxNative(largest, Vector512.Abs(residual));
        }

        float max = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            max = Math.Max(max, largest[lane]);
        }

        return (Vector512.Sum(squares), max);
    }

    internal static ByteCodeSums Encode(
        ref float residuals, ref float centers, float largest, ref byte codes, int count)
    {
        Vector512<float> scale = Vector512.Create(ByteCode.Levels / largest);
        Vector512<float> step = Vector512.Create(largest / ByteCode.Levels);
        Sums sums = default;
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector512<int> bytes = Encode(ref residuals, ref centers, i, scale, step, ref sums);
            Avx512F.ConvertToVector128Byte(bytes).StoreUnsafe(ref codes, i);
        }

        return new ByteCodeSums(
            Vector512.Sum(sums.Errors),
            Vector512.Sum(sums.ErrorProduct),
            Vector512.Sum(sums.Codes),
            Vector512.Sum(sums.CenterProduct));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Encode(
        ref float residuals, ref float centers, nuint i, Vector512<float> scale, Vector512<float> step, ref Sums sums)
    {
        Vector512<float> residual = Vector512.LoadUnsafe(ref residuals, i);
        Vector512<float> level = Vector512.Floor(residual * scale);
        level = Vector512.MaxNative(Vector512.MinNative(level, Vector512.Create(127f)), Vector512.Create(-128f));
        Vector512<float> x = level + Vector512.Create(0.5f);
        Vector512<float> error = residual - (step * x);
        sums.Errors = Vector512.FusedMultiplyAdd(error, error, sums.Errors);
        sums.ErrorProduct = Vector512.FusedMultiplyAdd(error, x, sums.ErrorProduct);
        sums.Codes = Vector512.FusedMultiplyAdd(x, x, sums.Codes);
        sums.CenterProduct = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref centers, i), x, sums.CenterProduct);
        return Vector512.ConvertToInt32Native(level) + Vector512.Create(ByteCode.Levels);
    }

    private struct Sums
    {
        internal Vector512<float> Errors;
        internal Vector512<float> ErrorProduct;
        internal Vector512<float> Codes;
        internal Vector512<float> CenterProduct;
    }
}
