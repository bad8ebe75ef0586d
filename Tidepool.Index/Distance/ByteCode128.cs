using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Codes of a byte for each dimension, in 128-bit registers (Arm, or old x86); <see cref="ByteCode"/> defines
/// them.</summary>
internal static class ByteCode128
{
    private const int Lanes = 4;

    // Everywhere: count is a multiple of 16, so the 16 dimensions from i that a step touches are below it.

    internal static (float Squares, float Largest) Measure(ref float residuals, int count)
    {
        Vector128<float> squares = Vector128<float>.Zero;
        Vector128<float> largest = Vector128<float>.Zero;
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector128<float> residual = Vector128.LoadUnsafe(ref residuals, i);
            squares = Vector128.MultiplyAddEstimate(residual, residual, squares);
            largest = Vector128.MaxNative(largest, Vector128.Abs(residual));
        }

        float max = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            max = Math.Max(max, largest[lane]);
        }

        return (Vector128.Sum(squares), max);
    }

    internal static ByteCodeSums Encode(
        ref float residuals, ref float centers, float largest, ref byte codes, int count)
    {
        Vector128<float> scale = Vector128.Create(ByteCode.Levels / largest);
        Vector128<float> step = Vector128.Create(largest / ByteCode.Levels);
        Sums sums = default;
        for (nuint i = 0; i < (nuint)count; i += 4 * Lanes)
        {
            Vector128<int> a = Encode(ref residuals, ref centers, i, scale, step, ref sums);
            Vector128<int> b = Encode(ref residuals, ref centers, i + Lanes, scale, step, ref sums);
            Vector128<int> c = Encode(ref residuals, ref centers, i + (2 * Lanes), scale, step, ref sums);
            Vector128<int> d = Encode(ref residuals, ref centers, i + (3 * Lanes), scale, step, ref sums);
            Vector128<ushort> low = Vector128.Narrow(a, b).AsUInt16();
            Vector128<ushort> high = Vector128.Narrow(c, d).AsUInt16();
            Vector128.Narrow(low, high).StoreUnsafe(ref codes, i);
        }

        return new ByteCodeSums(
            Vector128.Sum(sums.Errors),
            Vector128.Sum(sums.ErrorProduct),
            Vector128.Sum(sums.Codes),
            Vector128.Sum(sums.CenterProduct));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Encode(
        ref float residuals, ref float centers, nuint i, Vector128<float> scale, Vector128<float> step, ref Sums sums)
    {
        Vector128<float> residual = Vector128.LoadUnsafe(ref residuals, i);
        Vector128<float> level = Vector128.Floor(residual * scale);
        level = Vector128.MaxNative(Vector128.MinNative(level, Vector128.Create(127f)), Vector128.Create(-128f));
        Vector128<float> x = level + Vector128.Create(0.5f);
        Vector128<float> error = residual - (step * x);
        sums.Errors = Vector128.MultiplyAddEstimate(error, error, sums.Errors);
        sums.ErrorProduct = Vector128.MultiplyAddEstimate(error, x, sums.ErrorProduct);
        sums.Codes = Vector128.MultiplyAddEstimate(x, x, sums.Codes);
        sums.CenterProduct = Vector128.MultiplyAddEstimate(Vector128.LoadUnsafe(ref centers, i), x, sums.CenterProduct);
        return Vector128.ConvertToInt32Native(level) + Vector128.Create(ByteCode.Levels);
    }

    private struct Sums
    {
        internal Vector128<float> Errors;
        internal Vector128<float> ErrorProduct;
        internal Vector128<float> Codes;
        internal Vector128<float> CenterProduct;
    }
}
