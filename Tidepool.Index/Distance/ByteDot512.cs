using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Byte dot products in 512-bit registers: widened to 16 bits first, so that no pair of products
/// saturates.</summary>
internal static class ByteDot512
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
            Vector512<int> a = Accumulate(ref query, ref row, length);
            Vector512<int> b = Accumulate(ref query, ref Unsafe.Add(ref row, stride), length);
            Vector512<int> c = Accumulate(ref query, ref Unsafe.Add(ref row, 2 * stride), length);
            Vector512<int> d = Accumulate(ref query, ref Unsafe.Add(ref row, 3 * stride), length);
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
        Vector512<int> a = Vector512<int>.Zero;
        Vector512<int> b = Vector512<int>.Zero;
        Vector512<int> c = Vector512<int>.Zero;
        Vector512<int> d = Vector512<int>.Zero;

        // In bounds: i + 32 is at most length, or at last, as length is a multiple of 16, i + 16.
        nuint i = 0;
        for (; i + Lanes <= (nuint)length; i += Lanes)
        {
            Vector512<short> values = Widen(Vector256.LoadUnsafe(ref query, i));
            a += Multiply(Vector256.LoadUnsafe(ref row0, i), values);
            b += Multiply(Vector256.LoadUnsafe(ref row1, i), values);
            c += Multiply(Vector256.LoadUnsafe(ref row2, i), values);
            d += Multiply(Vector256.LoadUnsafe(ref row3, i), values);
        }

        if (i < (nuint)length)
        {
            Vector512<short> values = Widen(Vector128.LoadUnsafe(ref query, i).ToVector256());
            a += Multiply(Vector128.LoadUnsafe(ref row0, i).ToVector256(), values);
            b += Multiply(Vector128.LoadUnsafe(ref row1, i).ToVector256(), values);
            c += Multiply(Vector128.LoadUnsafe(ref row2, i).ToVector256(), values);
            d += Multiply(Vector128.LoadUnsafe(ref row3, i).ToVector256(), values);
        }

        return Reduce(a, b, c, d);
    }

    /// <summary>The sum of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Compute(ref sbyte query, ref byte row, int length) =>
        Vector512.Sum(Accumulate(ref query, ref row, length));

    /// <summary>The sum of the lanes of each of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Reduce(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        ByteDot256.Reduce(
            a.GetLower() + a.GetUpper(),
            b.GetLower() + b.GetUpper(),
            c.GetLower() + c.GetUpper(),
            d.GetLower() + d.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Accumulate(ref sbyte query, ref byte row, int length)
    {
        Vector512<int> even = Vector512<int>.Zero;
        Vector512<int> odd = Vector512<int>.Zero;

        // In bounds: i + 64 or i + 32 is at most length, or at last, as length is a multiple of 16, i + 16.
        nuint i = 0;
        for (; i + (2 * Lanes) <= (nuint)length; i += 2 * Lanes)
        {
            even += Multiply(Vector256.LoadUnsafe(ref row, i), Widen(Vector256.LoadUnsafe(ref query, i)));
            odd += Multiply(
                Vector256.LoadUnsafe(ref row, i + Lanes), Widen(Vector256.LoadUnsafe(ref query, i + Lanes)));
        }

        if (i + Lanes <= (nuint)length)
        {
            even += Multiply(Vector256.LoadUnsafe(ref row, i), Widen(Vector256.LoadUnsafe(ref query, i)));
            i += Lanes;
        }

        if (i < (nuint)length)
        {
            odd += Multiply(
                Vector128.LoadUnsafe(ref row, i).ToVector256(),
                Widen(Vector128.LoadUnsafe(ref query, i).ToVector256()));
        }

        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Widen(Vector256<sbyte> query) => Avx512BW.ConvertToVector512Int16(query);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Multiply(Vector256<byte> row, Vector512<short> query) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(row), query);
}
