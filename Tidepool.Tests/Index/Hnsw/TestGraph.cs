using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Hnsw;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;
using Tidepool.Tests.Index.Flat;

namespace Tidepool.Tests.Index.Hnsw;

/// <summary>Rows of a test, the graph built over them, and the exact answers to compare with.</summary>
internal sealed class TestGraph
{
    internal const int Seed = 11;

    internal TestGraph(
        float[]?[] vectors,
        Metric metric,
        CodeKind codes,
        IWorkers? workers = null,
        HnswParameters? parameters = null)
    {
        Vectors = vectors;
        Metric = metric;
        Column = ToColumn(vectors);
        Build = HnswBuilder.Build(
            Column,
            vectors.Length,
            present: default,
            metric,
            parameters ?? HnswParameters.Default,
            codes,
            Seed,
            workers ?? SingleWorker.Instance,
            progress: null,
            CancellationToken.None);
        GraphBytes = Join(Build.GraphParts);
        CodeBytes = Join(Build.CodeParts);
        Searcher = Open(GraphBytes, CodeBytes);
    }

    internal float[]?[] Vectors { get; }

    internal Metric Metric { get; }

    internal RunsColumn Column { get; }

    internal HnswBuild Build { get; }

    internal byte[] GraphBytes { get; }

    internal byte[] CodeBytes { get; }

    internal HnswSearcher Searcher { get; }

    /// <summary>Rows in groups, as embeddings are: group after group, as a segment lays them out.</summary>
    internal static float[][] Clustered(int count, int dimensions, int groups, int seed)
    {
        var random = new Random(seed);
        float[][] centers = [.. Enumerable.Range(0, groups).Select(_ => Gaussian(dimensions, random))];
        return
        [
            .. Enumerable.Range(0, count).Select(i => centers[i * groups / count]
                .Zip(Gaussian(dimensions, random), (center, noise) => center + (0.6f * noise))
                .ToArray()),
        ];
    }

    internal static float[] Gaussian(int dimensions, Random random) =>
    [
        .. Enumerable.Range(0, dimensions).Select(_ =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))),
    ];

    /// <summary>One bit for each row.</summary>
    internal static ulong[] Select(int count, Func<int, bool> isSelected)
    {
        ulong[] words = new ulong[(count + 63) / 64];
        for (int row = 0; row < count; row++)
        {
            words[row / 64] |= (isSelected(row) ? 1UL : 0) << (row % 64);
        }

        return words;
    }

    internal static RunsColumn ToColumn(float[]?[] vectors) =>
        new(vectors.First(vector => vector is not null)!.Length, vectors, [vectors.Length]);

    internal HnswSearcher Open(byte[] graph, byte[] codes) => HnswCodec.Open(
        new MemoryByteSource(graph),
        codes.Length == 0 ? null : new MemoryByteSource(codes),
        Column,
        Vectors.Length);

    internal ScoredRow[] Search(float[] query, int k, double recall, int breadth, ulong[] selected) =>
        Search(query, k, recall, breadth, selected, out _);

    internal ScoredRow[] Search(
        float[] query, int k, double recall, int breadth, ulong[] selected, out IndexCounters counters)
    {
        var top = new TopK();
        top.Reset(k);
        counters = default;
        Searcher.Search(ToQuery(query, k, recall, breadth, selected), top, ref counters);
        return Drain(top);
    }

    internal IndexQuery ToQuery(float[] query, int k, double recall, int breadth, ulong[] selected) => new()
    {
        Vector = query,
        Norm = Float32Kernels.Norm(query),
        K = k,
        RecallTarget = recall,
        Breadth = breadth,
        Selected = selected,
        SelectedCount = selected.Length == 0
            ? Vectors.Length
            : selected.Sum(word => System.Numerics.BitOperations.PopCount(word)),
    };

    internal ScoredRow[] SearchExactly(float[] query, int k, ulong[] selected)
    {
        var top = new TopK();
        top.Reset(k);
        FlatSearcher.Search(
            Metric, Column, query, Float32Kernels.Norm(query), 0, Vectors.Length, selected, top);
        return Drain(top);
    }

    /// <summary>The share of the true nearest that searches find; every distance must be exact.</summary>
    internal double MeasureRecall(
        IEnumerable<float[]> queries, int k, double recall, int breadth, ulong[] selected, out long walked)
    {
        int found = 0;
        int wanted = 0;
        walked = 0;
        foreach (float[] query in queries)
        {
            ScoredRow[] exact = SearchExactly(query, k, selected);
            ScoredRow[] answer = Search(query, k, recall, breadth, selected, out IndexCounters counters);
            walked += counters.ExactScored < k * 2 + 6 ? 1 : 0; // Else it scanned.
            var distances = SearchExactly(query, Vectors.Length, selected)
                .ToDictionary(row => row.Ordinal, row => row.Distance);
            if (answer.Any(row => !distances.TryGetValue(row.Ordinal, out float distance) || distance != row.Distance))
            {
                throw new InvalidOperationException("A row is not selected or has another distance.");
            }

            found += answer.Count(row => row.Distance <= exact[^1].Distance);
            wanted += exact.Length;
        }

        return (double)found / wanted;
    }

    private static ScoredRow[] Drain(TopK top)
    {
        var rows = new ScoredRow[top.Count];
        top.DrainSorted(rows);
        return rows;
    }

    private static byte[] Join(IEnumerable<ReadOnlyMemory<byte>> parts) =>
        [.. parts.SelectMany(part => part.ToArray())];
}
