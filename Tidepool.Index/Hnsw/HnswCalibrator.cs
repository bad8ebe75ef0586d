using System.Buffers;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Hnsw;

/// <summary>Measures on a new graph what recall a number of candidates gives, with its rows as queries.</summary>
internal static class HnswCalibrator
{
    // A scan for each: two to five of a hundred of what building the graph takes.
    private const int QueryCount = 200;

    /// <summary>Nothing is known: few candidates, and no cost that would speak for a scan.</summary>
    internal static HnswCalibration Unmeasured { get; } = new(
        Enumerable.Repeat(HnswCalibration.Steps[0], HnswCalibration.Targets.Length).ToArray(),
        new float[HnswCalibration.Steps.Length]);

    internal static HnswCalibration Measure(
        HnswSearcher searcher,
        VectorColumn rows,
        int rowCount,
        int[] nodes,
        int seed,
        IWorkers workers,
        CancellationToken cancellationToken)
    {
        int k = Math.Min(HnswCalibration.K, nodes.Length - 1);
        if (k < 1)
        {
            return Unmeasured;
        }

        int[] queries = [.. nodes];
        int queryCount = Math.Min(QueryCount, queries.Length);
        new SeededRandom((ulong)~seed).Choose<int>(queries, queryCount);
        ulong[] selected = new ulong[BitWords.CountFor(rowCount)];
        foreach (int node in nodes)
        {
            BitWords.Set(selected, node);
        }

        float[] bounds = new float[queryCount];
        workers.Run(queryCount, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            bounds[i] = FindBound(searcher.Settings.Metric, rows, rowCount, selected, queries[i], k);
        });

        int[] efs = new int[HnswCalibration.Targets.Length];
        float[] scored = new float[HnswCalibration.Steps.Length];
        int[] hits = new int[queryCount];
        long[] counts = new long[queryCount];
        int nextTarget = 0;
        double previous = 0;
        for (int step = 0; step < scored.Length; step++)
        {
            int ef = HnswCalibration.Steps[step];
            if (nextTarget == efs.Length)
            {
                scored[step] = scored[step - 1] * ef / HnswCalibration.Steps[step - 1];
                continue;
            }

            workers.Run(queryCount, i =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                hits[i] = CountHits(searcher, rows, nodes.Length, queries[i], k, ef, bounds[i], out counts[i]);
            });
            scored[step] = (float)counts.Sum() / queryCount;
            double recall = (double)hits.Sum() / ((long)queryCount * k);
            for (; nextTarget < efs.Length && recall >= HnswCalibration.Targets[nextTarget]; nextTarget++)
            {
                efs[nextTarget] = Interpolate(step, HnswCalibration.Targets[nextTarget], previous, recall);
            }

            previous = recall;
        }

        efs.AsSpan(nextTarget).Fill(HnswCalibration.Steps[^1]);
        return new HnswCalibration(efs, scored);
    }

    /// <summary>The candidates that reach a recall between those of a step and of the one before.</summary>
    /// <remarks>On a straight line: recall gains less and less, so that fewer would do.</remarks>
    private static int Interpolate(int step, double target, double below, double above)
    {
        ReadOnlySpan<int> steps = HnswCalibration.Steps;
        double share = (target - below) / (above - below);
        return step == 0 ? steps[0] : steps[step - 1] + (int)Math.Ceiling(share * (steps[step] - steps[step - 1]));
    }

    /// <summary>The distance of a row's k-th neighbour.</summary>
    private static float FindBound(
        Metric metric, VectorColumn rows, int rowCount, ulong[] selected, int ordinal, int k)
    {
        ReadOnlySpan<float> vector = rows.GetVector(ordinal);
        float norm = Float32Kernels.Norm(vector);
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(selected.Length);
        try
        {
            Span<ulong> others = rented.AsSpan(0, selected.Length);
            selected.CopyTo(others);
            others[ordinal >> 6] &= ~(1UL << (ordinal & 63));
            var top = new TopK();
            top.Reset(k);
            FlatSearcher.Search(metric, rows, vector, norm, 0, rowCount, others, top);
            return top.Bound;
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    /// <summary>How many of a row's neighbours a search finds that must do without the row itself.</summary>
    private static int CountHits(
        HnswSearcher searcher,
        VectorColumn rows,
        int nodeCount,
        int ordinal,
        int k,
        int ef,
        float bound,
        out long scored)
    {
        ReadOnlySpan<float> vector = rows.GetVector(ordinal);
        var query = new IndexQuery
        {
            Vector = vector,
            Norm = Float32Kernels.Norm(vector),
            K = k,
            RecallTarget = 0.9,
            Breadth = ef,
            SelectedCount = nodeCount,
        };
        var top = new TopK();
        top.Reset(k, bound);
        IndexCounters counters = default;
        searcher.Search(query, excluded: ordinal, top, ref counters);
        scored = counters.CoarseScored;
        return top.Count;
    }
}
