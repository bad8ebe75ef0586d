using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Sums of terms over rows in 512-bit registers, for 16 dimensions and more.</summary>
/// <remarks>
/// Rows are read one after another and four share one reduction. Reading four rows side by side was up to 2.5 times
/// slower from memory (four streams 512 bytes apart defeat the prefetchers), software prefetch up to 1.5 times.
/// </remarks>
internal static class RowSums512
{
    private const int Lanes = 16;

    /// <summary>The sums of <paramref name="count"/> rows that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute<TTerm>(ref float query, ref float rows, int dimensions, int count, ref float sums)
        where TTerm : struct, ITerm
    {
        Debug.Assert(dimensions >= Lanes);

        // Two loops, one without the code for a rest: its branches cost 10 % at 128 dimensions.
        if (dimensions % (2 * Lanes) == 0)
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
        Vector512<float> sum = Accumulate<TTerm>(ref query, ref row, dimensions, hasRest: true);
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
            Vector512<float> a = Accumulate<TTerm>(ref query, ref row, dimensions, hasRest);
            Vector512<float> b = Accumulate<TTerm>(ref query, ref Unsafe.Add(ref row, stride), dimensions, hasRest);
            Vector512<float> c = Accumulate<TTerm>(ref query, ref Unsafe.Add(ref row, 2 * stride), dimensions, hasRest);
            Vector512<float> d = Accumulate<TTerm>(ref query, ref Unsafe.Add(ref row, 3 * stride), dimensions, hasRest);
            Reduce(a, b, c, d).StoreUnsafe(ref sums, (nuint)i);
        }

        for (; i < count; i++)
        {
            // In bounds: i < count.
            Unsafe.Add(ref sums, i) = Compute<TTerm>(ref query, ref Unsafe.Add(ref rows, i * stride), dimensions);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Accumulate<TTerm>(
        ref float query, ref float row, int dimensions, bool hasRest)
        where TTerm : struct, ITerm
    {
        Vector512<float> even = Vector512<float>.Zero;
        Vector512<float> odd = Vector512<float>.Zero;
        nuint end = (nuint)dimensions;
        nuint i = 0;

        // Every load ends at or before dimension end: the loop's at i + 32, the next at i + 16, the last at end itself.
        for (; i + (2 * Lanes) <= end; i += 2 * Lanes)
        {
            even = TTerm.Add(even, Vector512.LoadUnsafe(ref query, i), Vector512.LoadUnsafe(ref row, i));
            odd = TTerm.Add(
                odd, Vector512.LoadUnsafe(ref query, i + Lanes), Vector512.LoadUnsafe(ref row, i + Lanes));
        }

        if (hasRest && i + Lanes <= end)
        {
            even = TTerm.Add(even, Vector512.LoadUnsafe(ref query, i), Vector512.LoadUnsafe(ref row, i));
            i += Lanes;
        }

        if (hasRest && i < end)
        {
            // The last register overlaps dimensions that were added: its lanes below Lanes - (end - i) become zero.
            nuint last = end - Lanes;
            Vector512<float> fresh = Vector512.GreaterThanOrEqual(
                Vector512<int>.Indices, Vector512.Create((int)(i - last))).AsSingle();
            odd = TTerm.Add(
                odd, Vector512.LoadUnsafe(ref query, last) & fresh, Vector512.LoadUnsafe(ref row, last) & fresh);
        }

        return even + odd;
    }

    /// <summary>The sum of the lanes of each of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Reduce(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Vector512<float> ab = Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
        Vector512<float> cd = Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d);
        Vector512<float> quarters = Avx512F.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle()
            + Avx512F.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
        Vector256<float> halves = quarters.GetLower() + quarters.GetUpper();
        return halves.GetLower() + halves.GetUpper();
    }
}
