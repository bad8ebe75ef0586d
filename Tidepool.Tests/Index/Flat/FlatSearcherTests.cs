using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Ranking;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Index.Flat;

internal sealed class FlatSearcherTests
{
    [Test]
    public void Search_OverAnything_EqualsANaiveSort([Values] Metric metric)
    {
        for (int seed = 0; seed < 400; seed++)
        {
            FlatCase test = FlatCase.Create(metric, seed);
            var top = new TopK();
            top.Reset(test.K, test.MaxDistance, new IdOrder(test.Ids));

            int scored = FlatSearcher.Search(
                metric, test.Column, test.Query, test.QueryNorm, test.First, test.End, test.Selected, top);

            ScoredRow[] found = new ScoredRow[top.Count];
            top.DrainSorted(found);
            Assert.That(found, Is.EqualTo(test.SortNaively()), $"seed {seed}: {test}");
            Assert.That(scored, Is.EqualTo(test.WantedOrdinals().Count()), $"seed {seed}: {test}");
        }
    }

    [Test]
    public void Search_OfManyRowsApart_EqualsANaiveSort([Values] Metric metric, [Values(3_000, 700)] int run)
    {
        // More rows than are collected at once; in one run, and in several.
        const int Count = 3_000;
        var random = new Random(5);
        float[][] vectors =
        [
            .. Enumerable.Range(0, Count).Select(_ => new float[] { random.Next(-9, 10), random.Next(-9, 10), 1 }),
        ];
        ulong[] selected = new ulong[(Count + 63) / 64];
        for (int ordinal = 0; ordinal < Count; ordinal += 3)
        {
            selected[ordinal / 64] |= 1UL << (ordinal % 64);
        }

        int[] runs = [.. Enumerable.Range(0, (Count + run - 1) / run).Select(i => Math.Min(run, Count - (i * run)))];
        int[] ids = [.. Enumerable.Range(0, Count)];
        random.Shuffle(ids);
        var test = new FlatCase(
            metric,
            vectors,
            new RunsColumn(3, vectors, runs),
            ids,
            selected,
            Query: [1, 2, 3],
            First: 0,
            End: Count,
            K: 40,
            float.PositiveInfinity);
        var top = new TopK();
        top.Reset(test.K, test.MaxDistance, new IdOrder(ids));

        int scored = FlatSearcher.Search(
            metric, test.Column, test.Query, test.QueryNorm, test.First, test.End, test.Selected, top);

        ScoredRow[] found = new ScoredRow[top.Count];
        top.DrainSorted(found);
        Assert.That(scored, Is.EqualTo(1_000));
        Assert.That(found, Is.EqualTo(test.SortNaively()));
    }

    [Test]
    public void GetDistance_EqualsTheDefinition([Values] Metric metric)
    {
        FlatCase test = FlatCase.Create(metric, seed: 1_000);

        foreach (int ordinal in test.WantedOrdinals())
        {
            float distance = ExactDistance.Measure(metric, test.Column, test.Query, test.QueryNorm, ordinal);

            Assert.That(distance, Is.EqualTo((float)test.Define(ordinal)).Within(1e-6f), $"ordinal {ordinal}");
        }
    }

    [Test]
    public void Search_WithAReturnedDistanceAsLimit_FindsThatRowOnEveryPath([Values] Metric metric)
    {
        // Numbers with full mantissas: sums in another order would differ in the last bit.
        var random = new Random(77);
        const int Dimensions = 100;
        float[][] vectors = [.. Enumerable.Range(0, 300).Select(_ => Gaussian(Dimensions, random))];
        var column = new RunsColumn(Dimensions, vectors, [100, 63, 137]);
        float[] query = Gaussian(Dimensions, random);
        float norm = Float32Kernels.Norm(query);
        var top = new TopK();
        top.Reset(300);
        FlatSearcher.Search(metric, column, query, norm, 0, 300, default, top);
        ScoredRow[] all = new ScoredRow[300];
        top.DrainSorted(all);

        foreach (ScoredRow row in all)
        {
            ulong[] only = new ulong[5];
            only[row.Ordinal >> 6] = 1UL << (row.Ordinal & 63);
            top.Reset(1, row.Distance);
            FlatSearcher.Search(metric, column, query, norm, 0, 300, only, top);
            Assert.That(top.Count, Is.EqualTo(1), $"{row} alone");
            Assert.That(
                ExactDistance.Measure(metric, column, query, norm, row.Ordinal), Is.EqualTo(row.Distance), $"{row}");
        }
    }

    [Test]
    public void Search_AfterTheFirst_AllocatesNothing([Values] Metric metric)
    {
        FlatCase test = FlatCase.Create(metric, seed: 5);
        var order = new IdOrder(test.Ids);
        var top = new TopK();
        Query();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Query();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Query()
        {
            top.Reset(test.K, test.MaxDistance, order);
            FlatSearcher.Search(
                metric, test.Column, test.Query, test.QueryNorm, test.First, test.End, test.Selected, top);
        }
    }

    [Test]
    public void Search_WhereSinglePrecisionOverflows_RanksByTrueDistance()
    {
        // The first dimension's products overflow and cancel; the rest decides.
        float[][] vectors = [.. Enumerable.Range(0, 100).Select(i => new float[] { 10, -10, i % 10 })];
        var column = new RunsColumn(3, vectors, [100]);
        var top = new TopK();
        top.Reset(3);

        FlatSearcher.Search(Metric.DotProduct, column, [3e38f, 3e38f, 1], 0, 0, 100, default, top);

        ScoredRow[] found = new ScoredRow[3];
        top.DrainSorted(found);
        Assert.That(found, Is.EqualTo(new ScoredRow[] { new(-9, 9), new(-9, 19), new(-9, 29) }));
    }

    [Test]
    public void Search_OfAnEmptyRange_FindsNothing()
    {
        var column = new RunsColumn(2, [[1, 2], [3, 4]], [2]);
        var top = new TopK();
        top.Reset(5);

        Assert.That(FlatSearcher.Search(Metric.Manhattan, column, [0, 0], 0, 1, 1, default, top), Is.Zero);
        Assert.That(FlatSearcher.Search(Metric.Manhattan, column, [0, 0], 0, 0, 2, [0UL], top), Is.Zero);
        Assert.That(top.Count, Is.Zero);
    }

    private static float[] Gaussian(int dimensions, Random random)
    {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            // Box-Muller.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            vector[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return vector;
    }
}
