using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Byte dot products by the instruction made for them, 32 products at a time; none of 512 bits can be
/// named.</summary>
/// <remarks>Rows are read one after another and four share one reduction, as in <see cref="RowSums512"/>.</remarks>
internal static class ByteDotVnni
{
    private const int Lanes = 32;

    /// <summary>The sums of <paramref name="count"/> rows that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute(ref sbyte query, ref byte rows, int length, int count, ref int sums)
    {
        nint stride = length;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            // Rows i to i + 3 are below count, and so are their sums.
            ref byte row = ref Unsafe.Add(ref rows, i * stride);
            Vector256<int> a = Accumulate(ref query, ref row, length);
            Vector256<int> b = Accumulate(ref query, ref Unsafe.Add(ref row, stride), length);
            Vector256<int> c = Accumulate(ref query, ref Unsafe.Add(ref row, 2 * stride), length);
            Vector256<int> d = Accumulate(ref query, ref Unsafe.Add(ref row, 3 * stride), length);
            Reduce(a, b, c, d).StoreUnsafe(ref sums, (nuint)i);
        }

        for (; i < count; i++)
        {
            // In bounds: i < count.
            Unsafe.Add(ref sums, i) = Compute(ref query, ref Unsafe.Add(ref rows, i * stride), length);
        }
    }

    /// <summary>The sums of four rows that are in the cache, at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Compute(
        ref sbyte query, ref byte row0, ref byte row1, ref byte row2, ref byte row3, int length)
    {
        Vector256<int> a = Vector256<int>.Zero;
        Vector256<int> b = Vector256<int>.Zero;
        Vector256<int> c = Vector256<int>.Zero;
        Vector256<int> d = Vector256<int>.Zero;

        // In bounds: i + 32 is at most length, or at last, as length is a multiple of 16, i + 16.
        nuint i = 0;
        for (; i + Lanes <= (nuint)length; i += Lanes)
        {
            Vector256<sbyte> values = Vector256.LoadUnsafe(ref query, i);
            a = AvxVnni.MultiplyWideningAndAdd(a, Vector256.LoadUnsafe(ref row0, i), values);
            b = AvxVnni.MultiplyWideningAndAdd(b, Vector256.LoadUnsafe(ref row1, i), values);
            c = AvxVnni.MultiplyWideningAndAdd(c, Vector256.LoadUnsafe(ref row2, i), values);
            d = AvxVnni.MultiplyWideningAndAdd(d, Vector256.LoadUnsafe(ref row3, i), values);
        }

        if (i < (nuint)length)
        {
            Vector256<sbyte> values = Vector128.LoadUnsafe(ref query, i).ToVector256();
            a = AvxVnni.MultiplyWideningAndAdd(a, Vector128.LoadUnsafe(ref row0, i).ToVector256(), values);
            b = AvxVnni.MultiplyWideningAndAdd(b, Vector128.LoadUnsafe(ref row1, i).ToVector256(), values);
            c = AvxVnni.MultiplyWideningAndAdd(c, Vector128.LoadUnsafe(ref row2, i).ToVector256(), values);
            d = AvxVnni.MultiplyWideningAndAdd(d, Vector128.LoadUnsafe(ref row3, i).ToVector256(), values);
        }

        return Reduce(a, b, c, d);
    }

    /// <summary>The sum of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Compute(ref sbyte query, ref byte row, int length) =>
        Vector256.Sum(Accumulate(ref query, ref row, length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Accumulate(ref sbyte query, ref byte row, int length)
    {
        Vector256<int> even = Vector256<int>.Zero;
        Vector256<int> odd = Vector256<int>.Zero;

        // In bounds: i + 64 or i + 32 is at most length, or at last, as length is a multiple of 16, i + 16.
        nuint i = 0;
        for (; i + (2 * Lanes) <= (nuint)length; i += 2 * Lanes)
        {
            even = AvxVnni.MultiplyWideningAndAdd(
                even, Vector256.LoadUnsafe(ref row, i), Vector256.LoadUnsafe(ref query, i));
            odd = AvxVnni.MultiplyWideningAndAdd(
                odd, Vector256.LoadUnsafe(ref row, i + Lanes), Vector256.LoadUnsafe(ref query, i + Lanes));
        }

        if (i + Lanes <= (nuint)length)
        {
            even = AvxVnni.MultiplyWideningAndAdd(
                even, Vector256.LoadUnsafe(ref row, i), Vector256.LoadUnsafe(ref query, i));
            i += Lanes;
        }

        if (i < (nuint)length)
        {
            odd = AvxVnni.MultiplyWideningAndAdd(
                odd,
                Vector128.LoadUnsafe(ref row, i).ToVector256(),
                Vector128.LoadUnsafe(ref query, i).ToVector256());
        }

        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Reduce(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d) =>
        ByteDot256.Reduce(a, b, c, d);
}
