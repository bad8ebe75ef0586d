using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Index.Hnsw;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;
using Tidepool.Tests.Index.Clustering;

namespace Tidepool.Tests.Index.Hnsw;

internal sealed class HnswBuilderTests
{
    private static readonly float[][] s_rows = TestGraph.Clustered(2_500, dimensions: 32, groups: 40, seed: 7);

    private static CodeKind[] Kinds => [.. Enum.GetValues<CodeKind>().Where(HnswBuilder.IsSupported)];

    [Test]
    public void Build_Again_GivesTheSameBytes([ValueSource(nameof(Kinds))] CodeKind codes)
    {
        var first = new TestGraph(s_rows[..800], Metric.Cosine, codes);
        var second = new TestGraph(s_rows[..800], Metric.Cosine, codes);

        Assert.That(second.GraphBytes, Is.EqualTo(first.GraphBytes));
        Assert.That(second.CodeBytes, Is.EqualTo(first.CodeBytes));
    }

    [Test]
    public void Dispose_AfterTheBuild_GivesLinksAndCodesBack([ValueSource(nameof(Kinds))] CodeKind codes)
    {
        HnswBuild build = new TestGraph(s_rows[..100], Metric.Cosine, codes).Build;
        int allocated = codes == CodeKind.None ? 1 : 2;

        build.Dispose();

        Assert.That(build.GraphParts.Concat(build.CodeParts).Count(IsGone), Is.EqualTo(allocated));

        static bool IsGone(ReadOnlyMemory<byte> part)
        {
            try
            {
                return part.Span.Length < 0;
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        }
    }

    [Test]
    public void Build_ByManyWorkers_FindsAsWell()
    {
        float[][] queries = [.. s_rows.Where((_, i) => i % 25 == 3)];
        var alone = new TestGraph(s_rows, Metric.SquaredEuclidean, CodeKind.Scalar8);
        var together = new TestGraph(s_rows, Metric.SquaredEuclidean, CodeKind.Scalar8, new ParallelWorkers(4));

        double expected = alone.MeasureRecall(queries, 10, 0.9, breadth: 20, [], out _);
        double recall = together.MeasureRecall(queries, 10, 0.9, breadth: 20, [], out long walked);

        Assert.That(walked, Is.EqualTo(queries.Length));
        Assert.That(recall, Is.GreaterThan(expected - 0.03));
    }

    [Test]
    public void Build_OfRowsThatAreNotPresent_LeavesThemOut()
    {
        VectorColumn column = TestGraph.ToColumn(s_rows);
        ulong[] present = TestGraph.Select(300, row => row % 3 != 1);

        HnswBuild build = Build(column, 300, present, HnswParameters.Default);

        byte[] bytes = [.. build.GraphParts.SelectMany(part => part.ToArray())];
        var reader = new HnswGraphReader(bytes);
        for (int node = 0; node < 300; node++)
        {
            Assert.That(reader.GetLowestLinks(node).Where(link => link % 3 == 1), Is.Empty);
            Assert.That(reader.GetLowestLinks(node).Any(), Is.EqualTo(node % 3 != 1));
        }
    }

    [Test]
    public void Build_TellsHowFarItIs()
    {
        VectorColumn column = TestGraph.ToColumn(s_rows);
        var reports = new List<(long Done, long Total)>();

        HnswBuilder.Build(
            column,
            s_rows.Length,
            default,
            Metric.Cosine,
            new HnswParameters(4, 20),
            CodeKind.Scalar8,
            1,
            SingleWorker.Instance,
            (done, total) => reports.Add((done, total)),
            CancellationToken.None);

        Assert.That(reports, Has.Count.GreaterThan(5));
        Assert.That(reports.Select(report => report.Done), Is.Ordered);
        Assert.That(reports[^1], Is.EqualTo((s_rows.LongLength, s_rows.LongLength)));
    }

    [Test]
    public void Build_WhenCancelled_Stops()
    {
        VectorColumn column = TestGraph.ToColumn(s_rows);

        Assert.That(
            () => HnswBuilder.Build(
                column,
                s_rows.Length,
                default,
                Metric.Cosine,
                HnswParameters.Default,
                CodeKind.None,
                1,
                SingleWorker.Instance,
                null,
                new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(1, 200)]
    [TestCase(65, 200)]
    [TestCase(12, 0)]
    [TestCase(12, 5_000)]
    public void Build_WithParametersOutOfRange_Refuses(int m, int efConstruction)
    {
        VectorColumn column = TestGraph.ToColumn(s_rows);

        Assert.That(
            () => Build(column, 100, [], new HnswParameters(m, efConstruction)),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(2, 1)]
    [TestCase(64, 3)]
    public void Build_WithExtremeParameters_GivesAGraphThatFinds(int m, int efConstruction)
    {
        var graph = new TestGraph(
            s_rows[..600],
            Metric.Euclidean,
            CodeKind.Scalar8,
            parameters: new HnswParameters(m, efConstruction));

        Assert.That(graph.Searcher.Settings.M, Is.EqualTo(m));
        Assert.That(graph.Search(s_rows[5], 600, 0.9, 0, []), Has.Length.EqualTo(600));
    }

    private static HnswBuild Build(VectorColumn column, int count, ulong[] present, HnswParameters parameters) =>
        HnswBuilder.Build(
            column,
            count,
            present,
            Metric.Cosine,
            parameters,
            CodeKind.Scalar8,
            1,
            SingleWorker.Instance,
            null,
            CancellationToken.None);
}
