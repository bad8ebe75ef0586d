using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Books of centroids in 256-bit registers, two for all centroids;
/// <see cref="Codebooks"/> defines them.</summary>
internal static class Codebooks256
{
    // Everywhere: group is below groups, and each has a book of 64 numbers, four values, 16 products and one code.

    internal static void FindNearest(ref float books, ref float values, ref byte codes, int groups)
    {
        for (int group = 0; group < groups; group++)
        {
            ref float book = ref Unsafe.Add(ref books, (nint)group * Codebooks.BookSize);
            ref float value = ref Unsafe.Add(ref values, (nint)group * Codebooks.GroupDimensions);
            Vector256<float> a = Distances(ref book, ref value, 0);
            Vector256<float> b = Distances(ref book, ref value, 8);
            Vector256<float> eight = Vector256.MinNative(a, b);
            float least = Codebooks128.Least(Vector128.MinNative(eight.GetLower(), eight.GetUpper()));
            Vector256<float> all = Vector256.Create(least);
            uint isNearest = Vector256.Equals(a, all).ExtractMostSignificantBits();
            isNearest |= Vector256.Equals(b, all).ExtractMostSignificantBits() << 8;
            Unsafe.Add(ref codes, group) = (byte)(BitOperations.TrailingZeroCount(isNearest) & 15);
        }
    }

    internal static void Multiply(ref float books, ref float values, ref float products, int groups)
    {
        for (int group = 0; group < groups; group++)
        {
            ref float book = ref Unsafe.Add(ref books, (nint)group * Codebooks.BookSize);
            ref float value = ref Unsafe.Add(ref values, (nint)group * Codebooks.GroupDimensions);
            for (nuint centroid = 0; centroid < Codebooks.Centroids; centroid += 8)
            {
                Vector256<float> sum = Vector256.LoadUnsafe(ref book, centroid) * value;
                sum += Vector256.LoadUnsafe(ref book, centroid + 16) * Unsafe.Add(ref value, 1);
                sum += Vector256.LoadUnsafe(ref book, centroid + 32) * Unsafe.Add(ref value, 2);
                sum += Vector256.LoadUnsafe(ref book, centroid + 48) * Unsafe.Add(ref value, 3);
                sum.StoreUnsafe(ref products, ((nuint)group * Codebooks.Centroids) + centroid);
            }
        }
    }

    /// <summary>Squared distances of a group's values to the 8 centroids from the first one given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Distances(ref float book, ref float value, nuint first)
    {
        Vector256<float> a = Vector256.Create(value) - Vector256.LoadUnsafe(ref book, first);
        Vector256<float> b = Vector256.Create(Unsafe.Add(ref value, 1)) - Vector256.LoadUnsafe(ref book, first + 16);
        Vector256<float> c = Vector256.Create(Unsafe.Add(ref value, 2)) - Vector256.LoadUnsafe(ref book, first + 32);
        Vector256<float> d = Vector256.Create(Unsafe.Add(ref value, 3)) - Vector256.LoadUnsafe(ref book, first + 48);
        return (a * a) + (b * b) + (c * c) + (d * d);
    }
}
