using Tidepool.Index.Distance;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>Chooses the space for the vectors of a column: where they are centered, and which are too large.</summary>
internal static class SpaceFinder
{
    // Evenly spread rows that are looked at: enough for a mean and a median.
    private const int MaxRows = 16384;

    // Beside vectors so much longer, the rest would lose too many bits.
    private const float LargestByMedian = 1024;

    internal static MetricSpace Find(VectorColumn column, int rowCount, Metric metric, int seed)
    {
        if (metric == Metric.Cosine)
        {
            return new MetricSpace(metric, column.Dimensions, [], MetricSpace.LargestSafeNorm, seed);
        }

        int[] rows = [.. ChooseRows(column, rowCount)];
        float[] norms = [.. rows.Select(row => column.GetNorms(row, 1)[0]).Where(norm => norm > 0).Order()];
        float median = norms.Length == 0 ? 1 : norms[norms.Length / 2];
        float largest = Math.Min(median * LargestByMedian, MetricSpace.LargestSafeNorm);
        double[] sums = new double[column.Dimensions];
        int count = 0;
        foreach (int row in rows)
        {
            if (column.GetNorms(row, 1)[0] > largest)
            {
                continue;
            }

            ReadOnlySpan<float> vector = column.GetVector(row);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += vector[i];
            }

            count++;
        }

        float[] mean = [.. sums.Select(sum => (float)(sum / Math.Max(1, count)))];
        return new MetricSpace(metric, column.Dimensions, mean, largest, seed);
    }

    private static IEnumerable<int> ChooseRows(VectorColumn column, int rowCount)
    {
        long step = Math.Max(1, rowCount / MaxRows);
        for (long row = 0; row < rowCount; row += step)
        {
            if (column.HasVector((int)row))
            {
                yield return (int)row;
            }
        }
    }
}
