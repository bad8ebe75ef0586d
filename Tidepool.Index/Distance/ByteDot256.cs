using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Byte dot products in 256-bit registers: widened to 16 bits first, so that no pair of products
/// saturates.</summary>
internal static class ByteDot256
{
    private const int Lanes = 16;

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

        // In bounds: i + 16 is at most length, a multiple of 16.
        for (nuint i = 0; i < (nuint)length; i += Lanes)
        {
            Vector256<short> values = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref query, i));
            a += Multiply(Vector128.LoadUnsafe(ref row0, i), values);
            b += Multiply(Vector128.LoadUnsafe(ref row1, i), values);
            c += Multiply(Vector128.LoadUnsafe(ref row2, i), values);
            d += Multiply(Vector128.LoadUnsafe(ref row3, i), values);
        }

        return Reduce(a, b, c, d);
    }

    /// <summary>The sum of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Compute(ref sbyte query, ref byte row, int length) =>
        Vector256.Sum(Accumulate(ref query, ref row, length));

    /// <summary>The sum of the lanes of each of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Reduce(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        Vector256<int> ab = Avx2.UnpackLow(a, b) + Avx2.UnpackHigh(a, b);
        Vector256<int> cd = Avx2.UnpackLow(c, d) + Avx2.UnpackHigh(c, d);
        Vector256<int> halves = Avx2.UnpackLow(ab.AsInt64(), cd.AsInt64()).AsInt32()
            + Avx2.UnpackHigh(ab.AsInt64(), cd.AsInt64()).AsInt32();
        return halves.GetLower() + halves.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Accumulate(ref sbyte query, ref byte row, int length)
    {
        Vector256<int> even = Vector256<int>.Zero;
        Vector256<int> odd = Vector256<int>.Zero;

        // In bounds: i + 32 is at most length, and after that, as length is a multiple of 16, i + 16.
        nuint i = 0;
        for (; i + (2 * Lanes) <= (nuint)length; i += 2 * Lanes)
        {
            even += Multiply(
                Vector128.LoadUnsafe(ref row, i),
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref query, i)));
            odd += Multiply(
                Vector128.LoadUnsafe(ref row, i + Lanes),
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref query, i + Lanes)));
        }

        if (i < (nuint)length)
        {
            even += Multiply(
                Vector128.LoadUnsafe(ref row, i),
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref query, i)));
        }

        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Multiply(Vector128<byte> row, Vector256<short> query) =>
        Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(row), query);
}
