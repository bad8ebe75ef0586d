using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Distance;

/// <summary>Books of 16 centroids, one for each group of four dimensions.</summary>
/// <remarks>
/// Dimension d of centroid j of group g is number 64 g + 16 d + j, so that a register has one dimension of all
/// centroids. Nearest centroids are the same on every path: additions have one order and none is fused.
/// </remarks>
internal static class Codebooks
{
    internal const int Centroids = 16;
    internal const int GroupDimensions = 4;

    /// <summary>How many numbers a book has.</summary>
    internal const int BookSize = Centroids * GroupDimensions;

    /// <summary>The centroid nearest to each group of a vector, the first of equally near ones.</summary>
    internal static void FindNearest(ReadOnlySpan<float> books, ReadOnlySpan<float> vector, Span<byte> codes)
    {
        // What makes every raw reference below safe: a book and four dimensions for each code.
        CheckGroups(books, vector, codes.Length);
        ref float centroids = ref MemoryMarshal.GetReference(books);
        ref float values = ref MemoryMarshal.GetReference(vector);
        ref byte nearest = ref MemoryMarshal.GetReference(codes);
        if (KernelWidth.HasVector512)
        {
            Codebooks512.FindNearest(ref centroids, ref values, ref nearest, codes.Length);
        }
        else if (KernelWidth.HasVector256)
        {
            Codebooks256.FindNearest(ref centroids, ref values, ref nearest, codes.Length);
        }
        else if (KernelWidth.HasVector128)
        {
            Codebooks128.FindNearest(ref centroids, ref values, ref nearest, codes.Length);
        }
        else
        {
            FindNearestScalar(books, vector, codes);
        }
    }

    /// <summary>The products of each group of a vector with its 16 centroids.</summary>
    internal static void Multiply(ReadOnlySpan<float> books, ReadOnlySpan<float> vector, Span<float> products)
    {
        // What makes every raw reference below safe: a book, four dimensions and 16 products for each group.
        int groups = products.Length / Centroids;
        ArgumentOutOfRangeException.ThrowIfNotEqual(products.Length, groups * Centroids);
        CheckGroups(books, vector, groups);
        ref float centroids = ref MemoryMarshal.GetReference(books);
        ref float values = ref MemoryMarshal.GetReference(vector);
        ref float sums = ref MemoryMarshal.GetReference(products);
        if (KernelWidth.HasVector512)
        {
            Codebooks512.Multiply(ref centroids, ref values, ref sums, groups);
        }
        else if (KernelWidth.HasVector256)
        {
            Codebooks256.Multiply(ref centroids, ref values, ref sums, groups);
        }
        else if (KernelWidth.HasVector128)
        {
            Codebooks128.Multiply(ref centroids, ref values, ref sums, groups);
        }
        else
        {
            MultiplyScalar(books, vector, products);
        }
    }

    internal static void FindNearestScalar(ReadOnlySpan<float> books, ReadOnlySpan<float> vector, Span<byte> codes)
    {
        for (int group = 0; group < codes.Length; group++)
        {
            ReadOnlySpan<float> book = books.Slice(group * BookSize, BookSize);
            ReadOnlySpan<float> values = vector.Slice(group * GroupDimensions, GroupDimensions);
            float least = float.PositiveInfinity;
            codes[group] = 0;
            for (int centroid = 0; centroid < Centroids; centroid++)
            {
                float sum = 0;
                for (int d = 0; d < GroupDimensions; d++)
                {
                    float difference = values[d] - book[(d * Centroids) + centroid];
                    sum += difference * difference;
                }

                if (sum < least)
                {
                    least = sum;
                    codes[group] = (byte)centroid;
                }
            }
        }
    }

    internal static void MultiplyScalar(ReadOnlySpan<float> books, ReadOnlySpan<float> vector, Span<float> products)
    {
        for (int i = 0; i < products.Length; i++)
        {
            int group = i / Centroids;
            float sum = 0;
            for (int d = 0; d < GroupDimensions; d++)
            {
                float value = vector[(group * GroupDimensions) + d];
                sum += value * books[(group * BookSize) + (d * Centroids) + (i % Centroids)];
            }

            products[i] = sum;
        }
    }

    private static void CheckGroups(ReadOnlySpan<float> books, ReadOnlySpan<float> vector, int groups)
    {
        Debug.Assert(groups > 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)books.Length, (long)groups * BookSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)vector.Length, (long)groups * GroupDimensions);
    }
}
