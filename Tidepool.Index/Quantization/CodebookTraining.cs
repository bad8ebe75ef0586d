using Tidepool.Index.Binary;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Quantization;

/// <summary>Lloyd's algorithm for all groups of four dimensions at once, over rows read one after another.</summary>
internal static class CodebookTraining
{
    private const int MaxRows = 8192; // 512 for each centroid; more do not change a book that matters.
    private const int Iterations = 10;
    private const float Split = 1f / 1024;

    /// <summary>Learns books of centroids; the layout is that of <see cref="Codebooks"/>.</summary>
    internal static float[] Train(ReadOnlySpan<float> rows, int paddedDimensions, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(paddedDimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(paddedDimensions % Rotation.Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfZero(rows.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length % paddedDimensions, 0);
        int rowCount = rows.Length / paddedDimensions;
        var random = new SeededRandom((uint)seed);
        float[] books = Begin(rows, rowCount, paddedDimensions, random);
        double[] sums = new double[books.Length];
        int[] counts = new int[paddedDimensions / 4 * 16];
        byte[] codes = new byte[paddedDimensions / 4];
        int[] sample = Sample(rowCount, random);
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            Array.Clear(sums);
            Array.Clear(counts);
            foreach (int row in sample)
            {
                ReadOnlySpan<float> values = rows.Slice(row * paddedDimensions, paddedDimensions);
                Codebooks.FindNearest(books, values, codes);
                Add(values, codes, sums, counts);
            }

            Move(books, sums, counts);
        }

        return books;
    }

    /// <summary>Every centroid begins as some row.</summary>
    private static float[] Begin(
        ReadOnlySpan<float> rows, int rowCount, int paddedDimensions, SeededRandom random)
    {
        float[] books = new float[ProductQuantizer.GetCodebookSize(paddedDimensions)];
        for (int group = 0; group < paddedDimensions / 4; group++)
        {
            for (int centroid = 0; centroid < 16; centroid++)
            {
                int row = random.Next(rowCount);
                for (int d = 0; d < 4; d++)
                {
                    books[(group * 64) + (d * 16) + centroid] = rows[(row * paddedDimensions) + (group * 4) + d];
                }
            }
        }

        return books;
    }

    private static int[] Sample(int rowCount, SeededRandom random)
    {
        int[] sample = new int[Math.Min(rowCount, MaxRows)];
        for (int i = 0; i < sample.Length; i++)
        {
            // One from each of as many equal runs of rows.
            int first = (int)((long)i * rowCount / sample.Length);
            int end = (int)((i + 1L) * rowCount / sample.Length);
            sample[i] = first + random.Next(end - first);
        }

        return sample;
    }

    private static void Add(ReadOnlySpan<float> values, byte[] codes, double[] sums, int[] counts)
    {
        for (int group = 0; group < codes.Length; group++)
        {
            int centroid = codes[group];
            counts[(group * 16) + centroid]++;
            for (int d = 0; d < 4; d++)
            {
                sums[(group * 64) + (d * 16) + centroid] += values[(group * 4) + d];
            }
        }
    }

    private static void Move(float[] books, double[] sums, int[] counts)
    {
        for (int group = 0; group < counts.Length / 16; group++)
        {
            Span<float> book = books.AsSpan(group * 64, 64);
            Span<int> groupCounts = counts.AsSpan(group * 16, 16);
            for (int i = 0; i < book.Length; i++)
            {
                int count = groupCounts[i % 16];
                book[i] = count == 0 ? book[i] : (float)(sums[(group * 64) + i] / count);
            }

            for (int centroid = 0; centroid < 16; centroid++)
            {
                if (groupCounts[centroid] == 0)
                {
                    SplitLargest(book, groupCounts, centroid);
                }
            }
        }
    }

    /// <summary>Puts a centroid without rows beside the one with most of them.</summary>
    private static void SplitLargest(Span<float> book, Span<int> counts, int empty)
    {
        int largest = 0;
        for (int centroid = 1; centroid < counts.Length; centroid++)
        {
            largest = counts[centroid] > counts[largest] ? centroid : largest;
        }

        for (int d = 0; d < 4; d++)
        {
            float value = book[(d * 16) + largest];
            float offset = d % 2 == 0 ? Split : -Split;
            book[(d * 16) + empty] = value * (1 + offset);
            book[(d * 16) + largest] = value * (1 - offset);
        }

        counts[empty] = counts[largest] / 2;
        counts[largest] -= counts[empty];
    }
}
