using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Index.Ivf;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Index.Ivf;

/// <summary>Floors of recall on a small set, for every metric and code.</summary>
internal sealed class IvfRecallTests
{
    private static readonly VectorSet s_rows = VectorSet.Make(6000, 40, seed: 1);
    private static readonly VectorSet s_queries = VectorSet.Make(100, 40, seed: 2);

    [Test]
    public void Search_AtTarget_ReachesIt(
        [Values(Metric.Cosine, Metric.DotProduct, Metric.SquaredEuclidean, Metric.Euclidean)] Metric metric,
        [Values] CodeKind codes,
        [Values] bool isSecond)
    {
        var index = IvfCase.Build(s_rows, metric, codes, isSecond);

        Assert.Multiple(() =>
        {
            Assert.That(index.MeasureRecall(s_queries, 10, 0.9), Is.GreaterThan(0.88));
            Assert.That(index.MeasureRecall(s_queries, 10, 0.97), Is.GreaterThan(0.95));
            Assert.That(index.MeasureRecall(s_queries, 100, 0.97), Is.GreaterThan(0.94));
            Assert.That(index.MeasureRecall(s_queries, 10, 0.99, breadth: int.MaxValue), Is.GreaterThan(0.99));
        });
    }

    [TestCase(0.5)]
    [TestCase(0.1)]
    [TestCase(0.01)]
    public void Search_Filtered_ReachesTheTarget(double share)
    {
        var random = new Random(5);
        HashSet<int> chosen = [.. Enumerable.Range(0, s_rows.Count).Where(_ => random.NextDouble() < share)];
        var index = IvfCase.Build(s_rows, Metric.SquaredEuclidean);

        Assert.That(index.MeasureRecall(s_queries, 10, 0.97, chosen.Contains), Is.GreaterThan(0.95));
    }

    [TestCase(0.5)]
    [TestCase(0.1)]
    [TestCase(0.01)]
    public void Search_FilteredToFarRows_ReachesTheTarget(double share)
    {
        // Ranked by a direction, from its far end on: whole clusters are in or out.
        float[] ranks = [.. Enumerable.Range(0, s_rows.Count).Select(row => s_rows.GetVector(row)[0])];
        float limit = ranks.Order().ElementAt((int)(share * ranks.Length));
        var index = IvfCase.Build(s_rows, Metric.Cosine);

        Assert.That(index.MeasureRecall(s_queries, 10, 0.97, row => ranks[row] < limit), Is.GreaterThan(0.95));
    }

    [Test]
    public void Search_BetweenManyCells_EndsWhenItsWorkIsDone()
    {
        VectorSet dense = VectorSet.Make(5700, 40, seed: 1, spread: 0.1f);
        VectorSet sparse = VectorSet.Make(300, 40, seed: 3, spread: 2);
        var index = IvfCase.Build(
            VectorSet.Of([.. dense.GetRun(0, dense.Count), .. sparse.GetRun(0, sparse.Count)], 40),
            Metric.SquaredEuclidean);
        float most = index.Searcher.Cells.Head.Gammas.GetMostWork(0.99, 10);
        long widest = 0;
        long cells = 0;
        for (int i = 0; i < sparse.Count; i++)
        {
            index.Search(sparse.GetVector(i), 10, 0.99);
            cells = Math.Max(cells, index.Counters.Visited);
            widest = Math.Max(
                widest, index.Counters.CoarseScored + (IvfFormat.FineWork * index.Counters.FineScored));
        }

        Assert.That(cells, Is.LessThan(index.Searcher.Cells.Head.Cells.Length));
        Assert.That(widest, Is.InRange(most, 1.5 * most)); // The last two cells may go beyond.
    }

    [Test]
    public void Search_SomeRowsDeleted_NeverFindsThem()
    {
        var index = IvfCase.Build(s_rows, Metric.Cosine);
        for (int i = 0; i < s_queries.Count; i++)
        {
            Assert.That(
                index.Search(s_queries.GetVector(i), 20, isSelected: row => row % 3 != 0),
                Has.Length.EqualTo(20).And.All.Matches<(int Row, float)>(hit => hit.Row % 3 != 0));
        }
    }

    [Test]
    public void Search_Anything_GivesTheDistancesOfTheExactScan([Values] CodeKind codes)
    {
        foreach (Metric metric in (Metric[])[Metric.Cosine, Metric.DotProduct, Metric.Euclidean])
        {
            var index = IvfCase.Build(s_rows, metric, codes);
            ReadOnlySpan<float> query = s_queries.GetVector(3);
            foreach ((int row, float distance) in index.Search(query, 10))
            {
                Assert.That(distance, Is.EqualTo(
                    ExactDistance.Measure(metric, s_rows, query, Float32Kernels.Norm(query), row)));
            }
        }
    }

    [Test]
    public void Search_WithCodes_ComparesFewVectors()
    {
        var index = IvfCase.Build(s_rows, Metric.SquaredEuclidean);
        long exact = 0;
        for (int i = 0; i < s_queries.Count; i++)
        {
            Assert.That(index.Search(s_queries.GetVector(i), 10), Has.Length.EqualTo(10));
            exact += index.Counters.ExactScored;
        }

        Assert.That(exact, Is.LessThan(40 * s_queries.Count));
    }
}
