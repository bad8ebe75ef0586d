using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Index.Hnsw;
using Tidepool.Index.Ranking;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Index.Hnsw;

/// <summary>Rows that a graph finds hard.</summary>
internal sealed class HnswRowsTests
{
    private const int Dimensions = 24;

    private static CodeKind[] Kinds => [.. Enum.GetValues<CodeKind>().Where(HnswBuilder.IsSupported)];

    [Test]
    public void Search_AmongManyEqualRows_FindsThemAll([ValueSource(nameof(Kinds))] CodeKind codes)
    {
        float[][] rows = TestGraph.Clustered(2_000, Dimensions, groups: 20, seed: 2);
        for (int row = 300; row < 900; row++)
        {
            rows[row] = rows[300];
        }

        var graph = new TestGraph(rows, Metric.SquaredEuclidean, codes);

        Assert.That(CountReachable(graph), Is.EqualTo(rows.Length));
        Assert.That(
            graph.Search(rows[300], 600, 0.9, 0, []).Count(row => row.Distance == 0), Is.EqualTo(600));
        float[] other = rows[1_500];
        Assert.That(graph.Search(other, 1, 0.9, 0, [])[0].Ordinal, Is.EqualTo(1_500));
    }

    [Test]
    public void Search_AmongEqualRowsOnly_FindsAsManyAsAskedFor([ValueSource(nameof(Kinds))] CodeKind codes)
    {
        float[][] rows = [.. Enumerable.Repeat(TestGraph.Gaussian(Dimensions, new Random(1)), 1_000)];
        var graph = new TestGraph(rows, Metric.Cosine, codes);

        Assert.That(CountReachable(graph), Is.EqualTo(rows.Length));
        Assert.That(graph.Search(rows[0], 100, 0.9, 0, []), Has.Length.EqualTo(100));
    }

    [Test]
    public void Search_AmongZeroVectors_FindsTheOthersToo(
        [ValueSource(nameof(Kinds))] CodeKind codes,
        [Values(Metric.Cosine, Metric.DotProduct, Metric.SquaredEuclidean)] Metric metric)
    {
        float[][] rows = TestGraph.Clustered(1_200, Dimensions, groups: 10, seed: 3);
        for (int row = 0; row < rows.Length; row += 3)
        {
            rows[row] = new float[Dimensions];
        }

        var graph = new TestGraph(rows, metric, codes);
        double recall = graph.MeasureRecall(rows.Where((_, i) => i % 30 == 1), 10, 0.9, 32, [], out _);

        Assert.That(recall, Is.GreaterThan(0.85));
        Assert.That(graph.Search(new float[Dimensions], 10, 0.9, 0, []), Has.Length.EqualTo(10));
    }

    [Test]
    public void Search_OverOneRow_FindsIt([ValueSource(nameof(Kinds))] CodeKind codes)
    {
        var graph = new TestGraph([[3, 4]], Metric.Euclidean, codes);

        ScoredRow[] found = graph.Search([0, 0], 10, 0.9, 0, []);

        Assert.That(found, Is.EqualTo([new ScoredRow(5, 0)]));
    }

    [Test]
    public void Search_OverFewRows_FindsThemAll(
        [ValueSource(nameof(Kinds))] CodeKind codes, [Values(2, 3, 9, 10, 11, 30)] int count)
    {
        float[][] rows = TestGraph.Clustered(count, Dimensions, groups: 2, seed: 4);
        var graph = new TestGraph(rows, Metric.SquaredEuclidean, codes);

        Assert.That(graph.Search(rows[0], 100, 0.9, 0, []), Is.EqualTo(graph.SearchExactly(rows[0], 100, [])));
    }

    [Test]
    public void Search_OverRowsWithoutVectors_NeverOffersThem([ValueSource(nameof(Kinds))] CodeKind codes)
    {
        float[]?[] rows = TestGraph.Clustered(1_500, Dimensions, groups: 10, seed: 5);
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = row % 5 == 2 || row < 70 ? null : rows[row];
        }

        var graph = new TestGraph(rows, Metric.DotProduct, codes);
        ScoredRow[] found = graph.Search(new float[Dimensions], 1_500, 0.9, 0, []);

        Assert.That(found.Select(row => rows[row.Ordinal]), Is.All.Not.Null);
        Assert.That(found, Has.Length.EqualTo(rows.Count(row => row is not null)));
        Assert.That(CountReachable(graph), Is.EqualTo(found.Length));
    }

    /// <summary>How many nodes links lead to from the entry, on the lowest level.</summary>
    private static int CountReachable(TestGraph graph)
    {
        var file = new HnswGraphReader(graph.GraphBytes);
        var reached = new HashSet<int> { file.Entry };
        var open = new Stack<int>(reached);
        while (open.TryPop(out int node))
        {
            foreach (int link in file.GetLowestLinks(node))
            {
                if (reached.Add(link))
                {
                    open.Push(link);
                }
            }
        }

        return reached.Count;
    }
}
