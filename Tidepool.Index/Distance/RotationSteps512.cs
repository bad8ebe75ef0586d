using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>The steps of a rotation in 512-bit registers, over a multiple of 16 coordinates.</summary>
internal static class RotationSteps512
{
    private const int Lanes = 16;

    // Everywhere: lane i + 15 is below count, because count is a multiple of 16 and so is i.

    internal static void FlipSigns(ref float values, ref uint masks, int count)
    {
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector512<float> mask = Vector512.LoadUnsafe(ref masks, i).AsSingle();
            (Vector512.LoadUnsafe(ref values, i) ^ mask).StoreUnsafe(ref values, i);
        }
    }

    internal static void Hadamard(ref float values, int count)
    {
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector512<float> v = Vector512.LoadUnsafe(ref values, i);
            v = Avx512F.Shuffle(v, v, 0b10_11_00_01) + (v ^ UpperOf(1));
            v = Avx512F.Shuffle(v, v, 0b01_00_11_10) + (v ^ UpperOf(2));
            v = Avx512F.Shuffle4x128(v, v, 0b10_11_00_01) + (v ^ UpperOf(4));
            v = Avx512F.Shuffle4x128(v, v, 0b01_00_11_10) + (v ^ UpperOf(8));
            v.StoreUnsafe(ref values, i);
        }

        // Two steps at a time, for half the loads and stores; one is left over for every other power of two.
        int half = Lanes;
        for (; 4 * half <= count; half *= 4)
        {
            for (int start = 0; start < count; start += 4 * half)
            {
                // In bounds: the four quarters of 4 * half coordinates from start, which divide count.
                TwoSteps(ref Unsafe.Add(ref values, start), (nuint)half);
            }
        }

        if (half < count)
        {
            Butterfly(ref values, count);
        }
    }

    internal static void Butterfly(ref float values, int count)
    {
        nuint half = (nuint)count / 2; // A multiple of 8.
        nuint i = 0;
        for (; i + Lanes <= half; i += Lanes)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref values, i);
            Vector512<float> y = Vector512.LoadUnsafe(ref values, i + half);
            (x + y).StoreUnsafe(ref values, i);
            (x - y).StoreUnsafe(ref values, i + half);
        }

        if (i < half)
        {
            Vector256<float> x = Vector256.LoadUnsafe(ref values, i);
            Vector256<float> y = Vector256.LoadUnsafe(ref values, i + half);
            (x + y).StoreUnsafe(ref values, i);
            (x - y).StoreUnsafe(ref values, i + half);
        }
    }

    internal static void Scale(ref float values, int count, float factor)
    {
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            (Vector512.LoadUnsafe(ref values, i) * factor).StoreUnsafe(ref values, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoSteps(ref float values, nuint half)
    {
        for (nuint i = 0; i < half; i += Lanes)
        {
            Vector512<float> a = Vector512.LoadUnsafe(ref values, i);
            Vector512<float> b = Vector512.LoadUnsafe(ref values, i + half);
            Vector512<float> c = Vector512.LoadUnsafe(ref values, i + (2 * half));
            Vector512<float> d = Vector512.LoadUnsafe(ref values, i + (3 * half));
            ((a + b) + (c + d)).StoreUnsafe(ref values, i);
            ((a - b) + (c - d)).StoreUnsafe(ref values, i + half);
            ((a + b) - (c + d)).StoreUnsafe(ref values, i + (2 * half));
            ((a - b) - (c - d)).StoreUnsafe(ref values, i + (3 * half));
        }
    }

    /// <summary>The sign bit in the lanes that are the upper one of a pair at this distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> UpperOf(int distance) =>
        (~Vector512.Equals(Vector512<int>.Indices & Vector512.Create(distance), Vector512<int>.Zero)
            & Vector512.Create(int.MinValue)).AsSingle();
}
