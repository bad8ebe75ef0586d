using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Index.Hnsw;
using Tidepool.Index.Ranking;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Index.Hnsw;

internal sealed class HnswSearcherTests
{
    private const int RowCount = 4_000;
    private const int Dimensions = 40;

    // As one set, so that queries come from the groups of the rows.
    private static readonly float[][] s_all = TestGraph.Clustered(RowCount + 100, Dimensions, groups: 50, seed: 1);
    private static readonly float[][] s_queries = [.. s_all.Where((_, i) => i % 41 == 7)];
    private static readonly float[][] s_rows = [.. s_all.Where((_, i) => i % 41 != 7)];
    private static readonly TestGraph s_graph = new(s_rows, Metric.SquaredEuclidean, CodeKind.Scalar8);

    private static CodeKind[] Kinds => [.. Enum.GetValues<CodeKind>().Where(HnswBuilder.IsSupported)];

    private static Metric[] Metrics => [.. Enum.GetValues<Metric>().Where(HnswBuilder.IsSupported)];

    [Test]
    public void Search_OfEveryKind_ReachesTheRecallAimedAt(
        [ValueSource(nameof(Kinds))] CodeKind codes, [ValueSource(nameof(Metrics))] Metric metric)
    {
        var graph = new TestGraph(s_rows[..2_000], metric, codes);

        double recall = graph.MeasureRecall(s_queries, 10, 0.9, breadth: 16, selected: [], out long walked);
        double better = graph.MeasureRecall(s_queries, 10, 0.9, breadth: 24, selected: [], out _);

        Assert.That(walked, Is.EqualTo(s_queries.Length), "The graph is to answer, not a scan.");
        Assert.That(recall, Is.GreaterThan(metric == Metric.DotProduct ? 0.75 : 0.85));
        Assert.That(better, Is.GreaterThan(recall));
    }

    [TestCase(0.8)]
    [TestCase(0.9)]
    [TestCase(0.95)]
    [TestCase(0.99)]
    public void Search_WithATarget_ComesNearIt(double target)
    {
        double recall = s_graph.MeasureRecall(s_queries, 10, target, breadth: 0, selected: [], out _);

        Assert.That(recall, Is.GreaterThan(target - 0.03));
    }

    [Test]
    public void Search_ForMore_FindsThemAsSurely()
    {
        double recall = s_graph.MeasureRecall(s_queries, 50, 0.9, breadth: 0, selected: [], out _);

        Assert.That(recall, Is.GreaterThan(0.88));
    }

    [Test]
    public void Search_WithARandomFilter_FindsTheSelected([Values(0.9, 0.5, 0.3, 0.1, 0.01)] double share)
    {
        var random = new Random(5);
        ulong[] selected = TestGraph.Select(s_rows.Length, _ => random.NextDouble() < share);

        double recall = s_graph.MeasureRecall(s_queries, 10, 0.97, breadth: 0, selected, out _);

        Assert.That(recall, Is.GreaterThan(0.95));
    }

    [Test]
    public void Search_WithAFilterAwayFromTheQuery_FindsTheSelected([Values(2, 4, 10, 50)] int parts)
    {
        // Whole groups, so that most queries are far from every selected row.
        ulong[] selected = TestGraph.Select(s_rows.Length, row => row < s_rows.Length / parts);

        double recall = s_graph.MeasureRecall(s_queries, 10, 0.97, breadth: 0, selected, out _);

        Assert.That(recall, Is.GreaterThan(0.95));
    }

    [Test]
    public void Search_AroundDeletedRows_PassesThroughThem()
    {
        // All that is nearest to a query is gone: what lies behind is found through it.
        float[] query = s_queries[3];
        int[] gone = [.. s_graph.SearchExactly(query, 300, []).Select(row => row.Ordinal)];
        ulong[] alive = TestGraph.Select(s_rows.Length, row => !gone.Contains(row));

        ScoredRow[] found = s_graph.Search(query, 10, 0.95, breadth: 48, alive);

        Assert.That(found.Select(row => row.Ordinal).Intersect(gone), Is.Empty);
        int hits = found.Intersect(s_graph.SearchExactly(query, 10, alive)).Count();
        Assert.That(hits, Is.GreaterThanOrEqualTo(8));
    }

    [Test]
    public void Search_ForAllRows_FindsAll()
    {
        ScoredRow[] found = s_graph.Search(s_queries[0], RowCount * 2, 0.9, breadth: 0, selected: []);

        Assert.That(found, Is.EqualTo(s_graph.SearchExactly(s_queries[0], RowCount * 2, [])));
    }

    [Test]
    public void Search_ForNoRow_FindsNone()
    {
        Assert.That(s_graph.Search(s_queries[0], 5, 0.9, 0, new ulong[(s_rows.Length + 63) / 64]), Is.Empty);
    }

    [Test]
    public void Search_WithABound_KeepsToIt()
    {
        ScoredRow[] all = s_graph.Search(s_queries[0], 10, 0.95, 0, []);
        var top = new TopK();
        top.Reset(10, all[4].Distance);
        IndexCounters counters = default;

        s_graph.Searcher.Search(s_graph.ToQuery(s_queries[0], 10, 0.95, 0, []), top, ref counters);

        Assert.That(top.Count, Is.EqualTo(5));
    }

    [TestCase(0)]
    [TestCase(1e30f)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Search_WithAStrangeQuery_AnswersAnyhow(float value)
    {
        float[] query = [.. Enumerable.Repeat(value, Dimensions)];

        Assert.That(s_graph.Search(query, 10, 0.9, 0, []), Has.Length.EqualTo(10));
    }

    [Test]
    public void Search_Again_AllocatesNothing([Values] bool isFiltered)
    {
        ulong[] selected = isFiltered ? TestGraph.Select(s_rows.Length, row => row % 2 == 0) : [];
        var top = new TopK();
        IndexCounters counters = default;
        IndexQuery query = s_graph.ToQuery(s_queries[0], 10, 0.9, 0, selected);
        Search(query);
        Search(query);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 100; i++)
        {
            Search(query);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread(), Is.EqualTo(before));

        void Search(in IndexQuery query)
        {
            top.Reset(10);
            s_graph.Searcher.Search(query, top, ref counters);
        }
    }

    [Test]
    public void EstimateCost_GrowsWithWhatIsAskedFor()
    {
        HnswSearcher searcher = s_graph.Searcher;
        double usual = searcher.EstimateCost(10, 0.9, breadth: 0, selectedShare: 1);

        Assert.That(usual, Is.GreaterThan(100));
        Assert.That(searcher.EstimateCost(10, 0.99, 0, 1), Is.GreaterThan(usual));
        Assert.That(searcher.EstimateCost(100, 0.9, 0, 1), Is.GreaterThan(usual));
        Assert.That(searcher.EstimateCost(10, 0.9, 0, 0.5), Is.GreaterThan(usual));
        Assert.That(searcher.EstimateCost(10, 0.9, 0, 0.1), Is.GreaterThan(usual));
        Assert.That(
            searcher.EstimateCost(10, 0.9, 200, 1), Is.GreaterThan(searcher.EstimateCost(10, 0.9, 20, 1)));
    }
}
