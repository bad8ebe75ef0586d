using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Sums of terms over rows in 256-bit registers, for 8 dimensions and more.</summary>
/// <remarks>See <see cref="RowSums512"/>.</remarks>
internal static class RowSums256
{
    private const int Lanes = 8;

    /// <summary>The sums of <paramref name="count"/> rows that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute<TTerm>(ref float query, ref float rows, int dimensions, int count, ref float sums)
        where TTerm : struct, ITerm
    {
        Debug.Assert(dimensions >= Lanes);

        // Two loops, one without the code for a rest: its branches cost 10 % at 128 dimensions.
        if (dimensions % (4 * Lanes) == 0)
        {
            ComputeRows<TTerm>(ref query, ref rows, dimensions, count, ref sums, hasRest: false);
        }
        else
        {
            ComputeRows<TTerm>(ref query, ref rows, dimensions, count, ref sums, hasRest: true);
        }
    }

    /// <summary>The sum of one row: the same additions in the same order as among four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Compute<TTerm>(ref float query, ref float row, int dimensions)
        where TTerm : struct, ITerm
    {
        Vector256<float> sum = Accumulate<TTerm>(ref query, ref row, dimensions, hasRest: true);
        return Reduce(sum, sum, sum, sum).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ComputeRows<TTerm>(
        ref float query, ref float rows, int dimensions, int count, ref float sums, bool hasRest)
        where TTerm : struct, ITerm
    {
        nint stride = dimensions;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            // Rows i to i + 3 are below count, and so are their sums.
            ref float row = ref Unsafe.Add(ref rows, i * stride);
            Vector256<float> a = Accumulate<TTerm>(ref query, ref row, dimensions, hasRest);
            Vector256<float> b = Accumulate<TTerm>(ref query, ref Unsafe.Add(ref row, stride), dimensions, hasRest);
            Vector256<float> c = Accumulate<TTerm>(ref query, ref Unsafe.Add(ref row, 2 * stride), dimensions, hasRest);
            Vector256<float> d = Accumulate<TTerm>(ref query, ref Unsafe.Add(ref row, 3 * stride), dimensions, hasRest);
            Reduce(a, b, c, d).StoreUnsafe(ref sums, (nuint)i);
        }

        for (; i < count; i++)
        {
            // In bounds: i < count.
            Unsafe.Add(ref sums, i) = Compute<TTerm>(ref query, ref Unsafe.Add(ref rows, i * stride), dimensions);
        }
    }

    /// <summary>Four accumulators: with two, additions wait for each other (19 % slower at 768 dimensions).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Accumulate<TTerm>(
        ref float query, ref float row, int dimensions, bool hasRest)
        where TTerm : struct, ITerm
    {
        Vector256<float> a = Vector256<float>.Zero;
        Vector256<float> b = Vector256<float>.Zero;
        Vector256<float> c = Vector256<float>.Zero;
        Vector256<float> d = Vector256<float>.Zero;
        nuint end = (nuint)dimensions;
        nuint i = 0;

        // Every load ends at or before dimension end: the loop's at i + 32, the next at i + 8, the last at end itself.
        for (; i + (4 * Lanes) <= end; i += 4 * Lanes)
        {
            a = TTerm.Add(a, Vector256.LoadUnsafe(ref query, i), Vector256.LoadUnsafe(ref row, i));
            b = TTerm.Add(b, Vector256.LoadUnsafe(ref query, i + 8), Vector256.LoadUnsafe(ref row, i + 8));
            c = TTerm.Add(c, Vector256.LoadUnsafe(ref query, i + 16), Vector256.LoadUnsafe(ref row, i + 16));
            d = TTerm.Add(d, Vector256.LoadUnsafe(ref query, i + 24), Vector256.LoadUnsafe(ref row, i + 24));
        }

        for (; hasRest && i + Lanes <= end; i += Lanes)
        {
            a = TTerm.Add(a, Vector256.LoadUnsafe(ref query, i), Vector256.LoadUnsafe(ref row, i));
        }

        if (hasRest && i < end)
        {
            // The last register overlaps dimensions that were added: its lanes below Lanes - (end - i) become zero.
            nuint last = end - Lanes;
            Vector256<float> fresh = Vector256.GreaterThanOrEqual(
                Vector256<int>.Indices, Vector256.Create((int)(i - last))).AsSingle();
            b = TTerm.Add(
                b, Vector256.LoadUnsafe(ref query, last) & fresh, Vector256.LoadUnsafe(ref row, last) & fresh);
        }

        return (a + b) + (c + d);
    }

    /// <summary>The sum of the lanes of each of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Reduce(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        Vector256<float> ab = Avx.UnpackLow(a, b) + Avx.UnpackHigh(a, b);
        Vector256<float> cd = Avx.UnpackLow(c, d) + Avx.UnpackHigh(c, d);
        Vector256<float> halves = Avx.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle()
            + Avx.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
        return halves.GetLower() + halves.GetUpper();
    }
}
