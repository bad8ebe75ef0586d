using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary><see cref="ByteDot.ComputeSmall"/> in 512-bit registers: pairs of products fit 16 bits, so that nothing has
/// to be widened first.</summary>
internal static class ByteDotPairs512
{
    private const int Lanes = 64;

    /// <summary>The sums of <paramref name="count"/> rows that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute(ref sbyte query, ref byte rows, int length, int count, ref int sums)
    {
        nint stride = length;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            // Rows i to i + 3 are below count, and so are their sums.
            ref byte first = ref Unsafe.Add(ref rows, i * stride);
            ref byte second = ref Unsafe.Add(ref first, stride);
            ref byte third = ref Unsafe.Add(ref second, stride);
            ref byte fourth = ref Unsafe.Add(ref third, stride);
            Vector512<int> a = Vector512<int>.Zero;
            Vector512<int> b = Vector512<int>.Zero;
            Vector512<int> c = Vector512<int>.Zero;
            Vector512<int> d = Vector512<int>.Zero;
            nuint at = 0;
            for (; at + Lanes <= (nuint)length; at += Lanes)
            {
                // In bounds: at + 64 is at most length.
                Vector512<sbyte> some = Vector512.LoadUnsafe(ref query, at);
                a += Multiply(Vector512.LoadUnsafe(ref first, at), some);
                b += Multiply(Vector512.LoadUnsafe(ref second, at), some);
                c += Multiply(Vector512.LoadUnsafe(ref third, at), some);
                d += Multiply(Vector512.LoadUnsafe(ref fourth, at), some);
            }

            if (at < (nuint)length)
            {
                a += MultiplyRest(ref query, ref first, at, length);
                b += MultiplyRest(ref query, ref second, at, length);
                c += MultiplyRest(ref query, ref third, at, length);
                d += MultiplyRest(ref query, ref fourth, at, length);
            }

            ByteDot512.Reduce(a, b, c, d).StoreUnsafe(ref sums, (nuint)i);
        }

        for (; i < count; i++)
        {
            // In bounds: i < count.
            Unsafe.Add(ref sums, i) = ByteDot512.Compute(ref query, ref Unsafe.Add(ref rows, i * stride), length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Multiply(Vector512<byte> row, Vector512<sbyte> query) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(row, query), Vector512<short>.One);

    /// <summary>The last 16, 32 or 48 products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> MultiplyRest(ref sbyte query, ref byte row, nuint at, int length)
    {
        Vector512<int> sum = Vector512<int>.Zero;

        // In bounds: as length is a multiple of 16, at + 32 or at least at + 16 is at most length.
        if (at + (Lanes / 2) <= (nuint)length)
        {
            sum = Multiply(
                Vector256.LoadUnsafe(ref row, at).ToVector512(), Vector256.LoadUnsafe(ref query, at).ToVector512());
            at += Lanes / 2;
        }

        if (at < (nuint)length)
        {
            sum += Multiply(
                Vector128.LoadUnsafe(ref row, at).ToVector256().ToVector512(),
                Vector128.LoadUnsafe(ref query, at).ToVector256().ToVector512());
        }

        return sum;
    }
}
