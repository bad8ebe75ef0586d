using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Hnsw;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Index.Hnsw;

/// <summary>Walks under a filter, without the searcher's resort to a scan.</summary>
public sealed class GraphWalkTests
{
    private const int RowCount = 3_000;
    private const int Dimensions = 16;
    private const int Ef = 60;

    private static readonly float[][] s_rows = TestGraph.Clustered(RowCount, Dimensions, groups: 1, seed: 41);
    private static readonly TestGraph s_rowGraph = new(s_rows, Metric.SquaredEuclidean, CodeKind.None);
    private static readonly HnswGraph s_graph = BuildLowestLevel();

    [TestCase(0.4)]
    [TestCase(0.2)]
    [TestCase(0.1)]
    [TestCase(0.05)]
    public void SearchTwoHops_FindsTheSelectedAndMeasuresNoOthers(double share)
    {
        ulong[] selected = Random(share);

        double recall = Measure(selected, twoHops: true, out double scored);

        Assert.That(recall, Is.GreaterThan(0.95));
        Assert.That(scored, Is.LessThan(RowCount * share));
    }

    [TestCase(0.9)]
    [TestCase(0.5)]
    [TestCase(0.2)]
    public void SearchSelected_FindsTheSelected(double share)
    {
        double recall = Measure(Random(share), twoHops: false, out _);

        Assert.That(recall, Is.GreaterThan(0.95));
    }

    [Test]
    public void Searches_WithABudget_StopThere([Values] bool twoHops)
    {
        ulong[] selected = Random(0.5);
        var beam = new Beam();
        var visited = new VisitedRows();
        WalkCounters counters = default;

        bool isDone = Walk(s_rows[0], selected, twoHops, budget: 100, beam, visited, ref counters);

        Assert.That(isDone, Is.False);
        Assert.That(counters.Scored, Is.InRange(100, 800));
    }

    private static double Measure(ulong[] selected, bool twoHops, out double scored)
    {
        var beam = new Beam();
        var visited = new VisitedRows();
        WalkCounters counters = default;
        int hits = 0;
        for (int query = 0; query < 50; query++)
        {
            Walk(s_rows[query * 7], selected, twoHops, long.MaxValue / 2, beam, visited, ref counters);
            int[] found = new int[10];
            int count = beam.CopyWanted(found, new float[10]);
            ScoredRow[] exact = s_rowGraph.SearchExactly(s_rows[query * 7], 10, selected);
            hits += exact.Count(row => found.Take(count).Contains(row.Ordinal));
        }

        scored = (double)counters.Scored / 50;
        return hits / 500.0;
    }

    private static bool Walk(
        float[] query,
        ulong[] selected,
        bool twoHops,
        long budget,
        Beam beam,
        VisitedRows visited,
        ref WalkCounters counters)
    {
        var distance = new FloatNodeDistance(s_rowGraph.Column, Metric.SquaredEuclidean, [.. query]);
        visited.Begin(RowCount);
        beam.Reset(Ef);
        visited.TryMark(s_graph.Entry);
        beam.Offer(distance.Measure(s_graph.Entry), s_graph.Entry, isWanted: IsSelected(selected, s_graph.Entry));
        return twoHops
            ? GraphWalk.SearchTwoHops(ref distance, s_graph.Links, selected, beam, visited, budget, ref counters)
            : GraphWalk.SearchSelected(ref distance, s_graph.Links, selected, beam, visited, budget, ref counters);
    }

    private static bool IsSelected(ulong[] selected, int row) => (selected[row / 64] >> (row % 64) & 1) != 0;

    private static ulong[] Random(double share)
    {
        var random = new Random(4);
        return TestGraph.Select(RowCount, _ => random.NextDouble() < share);
    }

    private static HnswGraph BuildLowestLevel()
    {
        byte[] levels = new byte[RowCount];
        var builder = new GraphBuilder<FloatPivots, FloatNodeDistance>(
            new FloatPivots(s_rowGraph.Column, Metric.SquaredEuclidean),
            new GraphBuffer(RowCount, 12, levels, new NativeArrays()),
            levels,
            HnswParameters.Default,
            Dimensions);
        return builder.Build(Enumerable.Range(0, RowCount).ToArray(), SingleWorker.Instance, null, default);
    }
}
