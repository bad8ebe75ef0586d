using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Index.Ivf;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Index.Ivf;

internal sealed class IvfBuilderTests
{
    [Test]
    public void Build_OneOrManyWorkers_GivesTheSameBytes()
    {
        VectorSet rows = VectorSet.Make(5000, 20, seed: 3);

        IvfBuild one = IvfCase.Build(rows, Metric.Cosine).Built;
        IvfBuild many = IvfCase.Build(rows, Metric.Cosine, workers: new SeveralWorkers()).Built;

        Assert.Multiple(() =>
        {
            Assert.That(many.Order, Is.EqualTo(one.Order));
            Assert.That(many.Head, Is.EqualTo(one.Head));
            Assert.That(many.Centers, Is.EqualTo(one.Centers));
            Assert.That(many.Codes.Memory.ToArray(), Is.EqualTo(one.Codes.Memory.ToArray()));
        });
    }

    [Test]
    public void Build_WithProgress_TellsOfEveryPassUpToTheEnd()
    {
        VectorSet rows = VectorSet.Make(5000, 20, seed: 3);
        var told = new List<(long Done, long Total)>();

        IvfBuilder.Build(
            rows,
            rows.Count,
            new IndexSettings(IndexKind.Ivf, CodeKind.Scalar8, Metric.Cosine, 0, 0),
            seed: 7,
            SingleWorker.Instance,
            (done, total) => told.Add((done, total)),
            CancellationToken.None);

        Assert.That(told.Select(step => step.Done), Is.Ordered);
        Assert.That(told[0].Done, Is.LessThan(told[0].Total / 4), "the first round over a sample");
        Assert.That(told[^1], Is.EqualTo((told[0].Total, told[0].Total)));
    }

    [Test]
    public void Dispose_AfterTheBuild_GivesTheCodesBack()
    {
        IvfBuild built = IvfCase.Build(VectorSet.Make(500, 20, seed: 3), Metric.Cosine).Built;

        built.Dispose();

        Assert.That(() => built.Codes.GetSpan().Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Build_AnyRows_PlacesEachOnce()
    {
        VectorSet rows = VectorSet.Make(3000, 24, seed: 4);

        IvfBuild built = IvfCase.Build(rows, Metric.DotProduct).Built;

        Assert.That(built.Order.Where(row => row >= 0).Order(), Is.EqualTo(Enumerable.Range(0, rows.Count)));
    }

    [TestCase(Metric.Cosine)]
    [TestCase(Metric.Euclidean)]
    [TestCase(Metric.DotProduct)]
    public void Search_AmongStrangeRows_FindsThem(Metric metric)
    {
        // Zero, tiny, huge and equal vectors among ordinary ones.
        VectorSet ordinary = VectorSet.Make(2000, 16, seed: 6);
        float[] values = ordinary.GetRun(0, ordinary.Count).ToArray();
        for (int row = 0; row < 400; row++)
        {
            Span<float> vector = values.AsSpan(row * 16, 16);
            float factor = (row % 5) switch
            {
                0 => 0,
                1 => 1e-25f,
                2 => 1e15f,
                3 => 1e20f,
                _ => 1,
            };
            foreach (ref float value in vector)
            {
                value *= factor;
            }

            if (row % 5 == 4)
            {
                ordinary.GetVector(1000).CopyTo(vector);
            }
        }

        var rows = VectorSet.Of(values, 16);
        var index = IvfCase.Build(rows, metric);
        foreach (int row in (int[])[0, 1, 2, 3, 4, 1500])
        {
            float[] query = rows.GetVector(row).ToArray();
            int[] nearest = rows.FindNearest(metric, query, 1);
            float norm = Float32Kernels.Norm(query);
            float expected = ExactDistance.Measure(metric, rows, query, norm, nearest[0]);
            (int Row, float Distance)[] found = index.Search(query, 10, breadth: int.MaxValue);
            Assert.That(found, Has.Length.EqualTo(10), $"row {row}");
            double tolerance = (1e-5 * Math.Abs(expected)) + 1e-20;
            Assert.That(found[0].Distance, Is.EqualTo(expected).Within(tolerance), $"row {row}");
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(31)]
    [TestCase(33)]
    public void Search_FewRows_FindsAll(int count)
    {
        var index = IvfCase.Build(VectorSet.Make(count, 5, seed: 9), Metric.SquaredEuclidean);

        Assert.That(
            index.Search([1, 2, 3, 4, 5], 100, breadth: int.MaxValue).Select(hit => hit.Row),
            Is.EquivalentTo(Enumerable.Range(0, count)));
    }

    [Test]
    public void Search_EqualRows_FindsAsManyAsAsked()
    {
        float[] values = new float[3000 * 8];
        values.AsSpan().Fill(0.5f);
        var index = IvfCase.Build(VectorSet.Of(values, 8), Metric.Cosine);

        Assert.That(index.Search([1, 1, 1, 1, 1, 1, 1, 1], 50), Has.Length.EqualTo(50));
    }

    [Test]
    public void Search_Warm_AllocatesNothing()
    {
        VectorSet rows = VectorSet.Make(5000, 32, seed: 3);
        var index = IvfCase.Build(rows, Metric.Cosine);
        var top = new TopK();
        float[] query = rows.GetVector(7).ToArray();
        Search();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Search();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Search()
        {
            IndexCounters counters = default;
            top.Reset(10);
            index.Searcher.Search(
                new IndexQuery
                {
                    Vector = query,
                    Norm = Float32Kernels.Norm(query),
                    K = 10,
                    RecallTarget = 0.95,
                    SelectedCount = rows.Count,
                },
                top,
                ref counters);
        }
    }

    [Test]
    public void Decode_AnyByteChanged_ThrowsOrGivesAHead()
    {
        byte[] head = IvfCase.Build(VectorSet.Make(300, 8, seed: 1), Metric.SquaredEuclidean).Built.Head;
        for (int i = 0; i < head.Length; i++)
        {
            byte[] changed = [.. head];
            changed[i] ^= 0x81;
            try
            {
                Assert.That(IvfHeadCodec.Decode(changed).Cells, Is.Not.Empty);
            }
            catch (Tidepool.Index.Binary.SegmentFormatException refused)
            {
                Assert.That(refused.Message, Is.Not.Empty);
            }

            Assert.That(
                () => IvfHeadCodec.Decode(head.AsSpan(0, i)),
                Throws.InstanceOf<Tidepool.Index.Binary.SegmentFormatException>());
        }
    }

    private sealed class SeveralWorkers : IWorkers
    {
        public int Count => 3;

        public void Run(int partCount, Action<int> body) =>
            Parallel.For(0, partCount, new ParallelOptions { MaxDegreeOfParallelism = Count }, body);
    }
}
