using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Sums of terms over rows in 256-bit registers, for 8 dimensions and more; see <see cref="RowSums512"/>.</summary>
internal static class RowSums256
{
    private const int Lanes = 8;

    /// <summary>The sums of <paramref name="count"/> rows that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute<TTerm>(ref float query, ref float rows, int dimensions, int count, ref float sums)
        where TTerm : struct, ITerm
    {
        Debug.Assert(dimensions >= Lanes);
        nint stride = dimensions;
        int row = 0;
        for (; row + 4 <= count; row += 4)
        {
            // Rows row to row + 3 are below count, and so are their sums.
            ref float first = ref Unsafe.Add(ref rows, row * stride);
            Vector256<float> a = Accumulate<TTerm>(ref query, ref first, dimensions);
            Vector256<float> b = Accumulate<TTerm>(ref query, ref Unsafe.Add(ref first, stride), dimensions);
            Vector256<float> c = Accumulate<TTerm>(ref query, ref Unsafe.Add(ref first, 2 * stride), dimensions);
            Vector256<float> d = Accumulate<TTerm>(ref query, ref Unsafe.Add(ref first, 3 * stride), dimensions);
            Reduce(a, b, c, d).StoreUnsafe(ref sums, (nuint)row);
        }

        for (; row < count; row++)
        {
            // In bounds: row < count.
            Unsafe.Add(ref sums, row) = Compute<TTerm>(ref query, ref Unsafe.Add(ref rows, row * stride), dimensions);
        }
    }

    /// <summary>The sum of one row: the same additions in the same order as among four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Compute<TTerm>(ref float query, ref float row, int dimensions)
        where TTerm : struct, ITerm
    {
        Vector256<float> sum = Accumulate<TTerm>(ref query, ref row, dimensions);
        return Reduce(sum, sum, sum, sum).ToScalar();
    }

    /// <summary>Four accumulators: two leave the adders waiting for each other (19 % slower at 768 dimensions).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Accumulate<TTerm>(ref float query, ref float row, int dimensions)
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

        for (; i + Lanes <= end; i += Lanes)
        {
            a = TTerm.Add(a, Vector256.LoadUnsafe(ref query, i), Vector256.LoadUnsafe(ref row, i));
        }

        if (i < end)
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
