using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary><see cref="ByteDot.ComputeSmall"/> in 256-bit registers: pairs of products fit 16 bits, so that nothing has
/// to be widened first.</summary>
internal static class ByteDotPairs256
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
            ref byte first = ref Unsafe.Add(ref rows, i * stride);
            ref byte second = ref Unsafe.Add(ref first, stride);
            ref byte third = ref Unsafe.Add(ref second, stride);
            ref byte fourth = ref Unsafe.Add(ref third, stride);
            Vector256<int> a = Vector256<int>.Zero;
            Vector256<int> b = Vector256<int>.Zero;
            Vector256<int> c = Vector256<int>.Zero;
            Vector256<int> d = Vector256<int>.Zero;
            nuint at = 0;
            for (; at + Lanes <= (nuint)length; at += Lanes)
            {
                // In bounds: at + 32 is at most length.
                Vector256<sbyte> some = Vector256.LoadUnsafe(ref query, at);
                a += Multiply(Vector256.LoadUnsafe(ref first, at), some);
                b += Multiply(Vector256.LoadUnsafe(ref second, at), some);
                c += Multiply(Vector256.LoadUnsafe(ref third, at), some);
                d += Multiply(Vector256.LoadUnsafe(ref fourth, at), some);
            }

            if (at < (nuint)length)
            {
                // In bounds: as length is a multiple of 16, at + 16 is length.
                Vector256<sbyte> rest = Vector128.LoadUnsafe(ref query, at).ToVector256();
                a += Multiply(Vector128.LoadUnsafe(ref first, at).ToVector256(), rest);
                b += Multiply(Vector128.LoadUnsafe(ref second, at).ToVector256(), rest);
                c += Multiply(Vector128.LoadUnsafe(ref third, at).ToVector256(), rest);
                d += Multiply(Vector128.LoadUnsafe(ref fourth, at).ToVector256(), rest);
            }

            ByteDot256.Reduce(a, b, c, d).StoreUnsafe(ref sums, (nuint)i);
        }

        for (; i < count; i++)
        {
            // In bounds: i < count.
            Unsafe.Add(ref sums, i) = ByteDot256.Compute(ref query, ref Unsafe.Add(ref rows, i * stride), length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Multiply(Vector256<byte> row, Vector256<sbyte> query) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(row, query), Vector256<short>.One);
}
