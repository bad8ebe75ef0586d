using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Sums of terms over rows in 128-bit registers (Arm, or old x86), for 4 dimensions and more.</summary>
internal static class RowSums128
{
    private const int Lanes = 4;

    /// <summary>The sums of <paramref name="count"/> rows that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute<TTerm>(ref float query, ref float rows, int dimensions, int count, ref float sums)
        where TTerm : struct, ITerm
    {
        nint stride = dimensions;
        for (int row = 0; row < count; row++)
        {
            // In bounds: row < count.
            Unsafe.Add(ref sums, row) = Compute<TTerm>(ref query, ref Unsafe.Add(ref rows, row * stride), dimensions);
        }
    }

    /// <summary>The sum of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Compute<TTerm>(ref float query, ref float row, int dimensions)
        where TTerm : struct, ITerm
    {
        Debug.Assert(dimensions >= Lanes);
        Vector128<float> a = Vector128<float>.Zero;
        Vector128<float> b = Vector128<float>.Zero;
        Vector128<float> c = Vector128<float>.Zero;
        Vector128<float> d = Vector128<float>.Zero;
        nuint end = (nuint)dimensions;
        nuint i = 0;

        // Every load ends at or before dimension end: the loop's at i + 16, the next at i + 4, the last at end itself.
        for (; i + (4 * Lanes) <= end; i += 4 * Lanes)
        {
            a = TTerm.Add(a, Vector128.LoadUnsafe(ref query, i), Vector128.LoadUnsafe(ref row, i));
            b = TTerm.Add(b, Vector128.LoadUnsafe(ref query, i + 4), Vector128.LoadUnsafe(ref row, i + 4));
            c = TTerm.Add(c, Vector128.LoadUnsafe(ref query, i + 8), Vector128.LoadUnsafe(ref row, i + 8));
            d = TTerm.Add(d, Vector128.LoadUnsafe(ref query, i + 12), Vector128.LoadUnsafe(ref row, i + 12));
        }

        for (; i + Lanes <= end; i += Lanes)
        {
            a = TTerm.Add(a, Vector128.LoadUnsafe(ref query, i), Vector128.LoadUnsafe(ref row, i));
        }

        if (i < end)
        {
            // The last register overlaps dimensions that were added: its lanes below Lanes - (end - i) become zero.
            nuint last = end - Lanes;
            Vector128<float> fresh = Vector128.GreaterThanOrEqual(
                Vector128<int>.Indices, Vector128.Create((int)(i - last))).AsSingle();
            b = TTerm.Add(
                b, Vector128.LoadUnsafe(ref query, last) & fresh, Vector128.LoadUnsafe(ref row, last) & fresh);
        }

        return Vector128.Sum((a + b) + (c + d));
    }
}
