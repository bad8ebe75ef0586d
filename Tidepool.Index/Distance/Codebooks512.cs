using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Books of centroids in 512-bit registers, one for all centroids;
/// <see cref="Codebooks"/> defines them.</summary>
internal static class Codebooks512
{
    // Everywhere: group is below groups, and each has a book of 64 numbers, four values, 16 products and one code.

    internal static void FindNearest(ref float books, ref float values, ref byte codes, int groups)
    {
        for (int group = 0; group < groups; group++)
        {
            ref float book = ref Unsafe.Add(ref books, (nint)group * Codebooks.BookSize);
            ref float value = ref Unsafe.Add(ref values, (nint)group * Codebooks.GroupDimensions);
            Vector512<float> sums = Distances(ref book, ref value, 0);
            Vector256<float> eight = Vector256.MinNative(sums.GetLower(), sums.GetUpper());
            float least = Codebooks128.Least(Vector128.MinNative(eight.GetLower(), eight.GetUpper()));
            uint isNearest = (uint)Vector512.Equals(sums, Vector512.Create(least)).ExtractMostSignificantBits();
            Unsafe.Add(ref codes, group) = (byte)(BitOperations.TrailingZeroCount(isNearest) & 15);
        }
    }

    internal static void Multiply(ref float books, ref float values, ref float products, int groups)
    {
        for (int group = 0; group < groups; group++)
        {
            ref float book = ref Unsafe.Add(ref books, (nint)group * Codebooks.BookSize);
            ref float value = ref Unsafe.Add(ref values, (nint)group * Codebooks.GroupDimensions);
            for (nuint centroid = 0; centroid < Codebooks.Centroids; centroid += 16)
            {
                Vector512<float> sum = Vector512.LoadUnsafe(ref book, centroid) * value;
                sum += Vector512.LoadUnsafe(ref book, centroid + 16) * Unsafe.Add(ref value, 1);
                sum += Vector512.LoadUnsafe(ref book, centroid + 32) * Unsafe.Add(ref value, 2);
                sum += Vector512.LoadUnsafe(ref book, centroid + 48) * Unsafe.Add(ref value, 3);
                sum.StoreUnsafe(ref products, ((nuint)group * Codebooks.Centroids) + centroid);
            }
        }
    }

    /// <summary>Squared distances of a group's values to the 16 centroids from the first one given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Distances(ref float book, ref float value, nuint first)
    {
        Vector512<float> a = Vector512.Create(value) - Vector512.LoadUnsafe(ref book, first);
        Vector512<float> b = Vector512.Create(Unsafe.Add(ref value, 1)) - Vector512.LoadUnsafe(ref book, first + 16);
        Vector512<float> c = Vector512.Create(Unsafe.Add(ref value, 2)) - Vector512.LoadUnsafe(ref book, first + 32);
        Vector512<float> d = Vector512.Create(Unsafe.Add(ref value, 3)) - Vector512.LoadUnsafe(ref book, first + 48);
        return (a * a) + (b * b) + (c * c) + (d * d);
    }
}
