using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>The steps of a rotation in 128-bit registers (Arm, or old x86), over a multiple of 16
/// coordinates.</summary>
internal static class RotationSteps128
{
    private const int Lanes = 4;

    // Everywhere: lane i + 3 is below count, because count is a multiple of 4 and so is i.

    internal static void FlipSigns(ref float values, ref uint masks, int count)
    {
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector128<float> mask = Vector128.LoadUnsafe(ref masks, i).AsSingle();
            (Vector128.LoadUnsafe(ref values, i) ^ mask).StoreUnsafe(ref values, i);
        }
    }

    internal static void Hadamard(ref float values, int count)
    {
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector128<float> v = Vector128.LoadUnsafe(ref values, i);
            v = Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2)) + (v ^ UpperOf(1));
            v = Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)) + (v ^ UpperOf(2));
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
        for (nuint i = 0; i < half; i += Lanes)
        {
            Vector128<float> x = Vector128.LoadUnsafe(ref values, i);
            Vector128<float> y = Vector128.LoadUnsafe(ref values, i + half);
            (x + y).StoreUnsafe(ref values, i);
            (x - y).StoreUnsafe(ref values, i + half);
        }
    }

    internal static void Scale(ref float values, int count, float factor)
    {
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            (Vector128.LoadUnsafe(ref values, i) * factor).StoreUnsafe(ref values, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoSteps(ref float values, nuint half)
    {
        for (nuint i = 0; i < half; i += Lanes)
        {
            Vector128<float> a = Vector128.LoadUnsafe(ref values, i);
            Vector128<float> b = Vector128.LoadUnsafe(ref values, i + half);
            Vector128<float> c = Vector128.LoadUnsafe(ref values, i + (2 * half));
            Vector128<float> d = Vector128.LoadUnsafe(ref values, i + (3 * half));
            ((a + b) + (c + d)).StoreUnsafe(ref values, i);
            ((a - b) + (c - d)).StoreUnsafe(ref values, i + half);
            ((a + b) - (c + d)).StoreUnsafe(ref values, i + (2 * half));
            ((a - b) - (c - d)).StoreUnsafe(ref values, i + (3 * half));
        }
    }

    /// <summary>The sign bit in the lanes that are the upper one of a pair at this distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> UpperOf(int distance) =>
        (~Vector128.Equals(Vector128<int>.Indices & Vector128.Create(distance), Vector128<int>.Zero)
            & Vector128.Create(int.MinValue)).AsSingle();
}
