using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Books of centroids in 128-bit registers (Arm, or old x86), four for all centroids;
/// <see cref="Codebooks"/> defines them.</summary>
internal static class Codebooks128
{
    // Everywhere: group is below groups, and each has a book of 64 numbers, four values, 16 products and one code.

    internal static void FindNearest(ref float books, ref float values, ref byte codes, int groups)
    {
        for (int group = 0; group < groups; group++)
        {
            ref float book = ref Unsafe.Add(ref books, (nint)group * Codebooks.BookSize);
            ref float value = ref Unsafe.Add(ref values, (nint)group * Codebooks.GroupDimensions);
            Vector128<float> a = Distances(ref book, ref value, 0);
            Vector128<float> b = Distances(ref book, ref value, 4);
            Vector128<float> c = Distances(ref book, ref value, 8);
            Vector128<float> d = Distances(ref book, ref value, 12);
            float least = Least(Vector128.MinNative(Vector128.MinNative(a, b), Vector128.MinNative(c, d)));
            Vector128<float> all = Vector128.Create(least);
            uint isNearest = Vector128.Equals(a, all).ExtractMostSignificantBits();
            isNearest |= Vector128.Equals(b, all).ExtractMostSignificantBits() << 4;
            isNearest |= Vector128.Equals(c, all).ExtractMostSignificantBits() << 8;
            isNearest |= Vector128.Equals(d, all).ExtractMostSignificantBits() << 12;
            Unsafe.Add(ref codes, group) = (byte)(BitOperations.TrailingZeroCount(isNearest) & 15);
        }
    }

    internal static void Multiply(ref float books, ref float values, ref float products, int groups)
    {
        for (int group = 0; group < groups; group++)
        {
            ref float book = ref Unsafe.Add(ref books, (nint)group * Codebooks.BookSize);
            ref float value = ref Unsafe.Add(ref values, (nint)group * Codebooks.GroupDimensions);
            for (nuint centroid = 0; centroid < Codebooks.Centroids; centroid += 4)
            {
                Vector128<float> sum = Vector128.LoadUnsafe(ref book, centroid) * value;
                sum += Vector128.LoadUnsafe(ref book, centroid + 16) * Unsafe.Add(ref value, 1);
                sum += Vector128.LoadUnsafe(ref book, centroid + 32) * Unsafe.Add(ref value, 2);
                sum += Vector128.LoadUnsafe(ref book, centroid + 48) * Unsafe.Add(ref value, 3);
                sum.StoreUnsafe(ref products, ((nuint)group * Codebooks.Centroids) + centroid);
            }
        }
    }

    /// <summary>The least of four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Least(Vector128<float> four)
    {
        four = Vector128.MinNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MinNative(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>Squared distances of a group's values to the 4 centroids from the first one given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Distances(ref float book, ref float value, nuint first)
    {
        Vector128<float> a = Vector128.Create(value) - Vector128.LoadUnsafe(ref book, first);
        Vector128<float> b = Vector128.Create(Unsafe.Add(ref value, 1)) - Vector128.LoadUnsafe(ref book, first + 16);
        Vector128<float> c = Vector128.Create(Unsafe.Add(ref value, 2)) - Vector128.LoadUnsafe(ref book, first + 32);
        Vector128<float> d = Vector128.Create(Unsafe.Add(ref value, 3)) - Vector128.LoadUnsafe(ref book, first + 48);
        return (a * a) + (b * b) + (c * c) + (d * d);
    }
}
