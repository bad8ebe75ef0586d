using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Hnsw;
using Tidepool.Index.Ranking;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Index.Hnsw;

public sealed class HnswCodecTests
{
    private const int RowCount = 700;

    private static readonly float[][] s_rows = TestGraph.Clustered(RowCount, dimensions: 20, groups: 9, seed: 21);
    private static readonly TestGraph s_graph = new(s_rows, Metric.SquaredEuclidean, CodeKind.Scalar8);
    private static readonly TestGraph s_plain = new(s_rows, Metric.SquaredEuclidean, CodeKind.None);

    [Test]
    public void Open_TellsWhatWasBuilt()
    {
        Assert.That(
            s_graph.Searcher.Settings,
            Is.EqualTo(new IndexSettings(IndexKind.Hnsw, CodeKind.Scalar8, Metric.SquaredEuclidean, 12, 100)));
        Assert.That(s_graph.Searcher.Calibration.Efs.ToArray(), Is.Ordered.And.All.InRange(10, 768));
        Assert.That(s_graph.Searcher.Calibration.Scored.ToArray(), Is.Ordered.And.All.GreaterThan(10));
        Assert.That(s_plain.CodeBytes, Is.Empty);
    }

    [Test]
    public void Sections_BeginOnCacheLines()
    {
        Assert.That(s_graph.GraphBytes.Length % 64, Is.Zero);
        Assert.That(s_graph.CodeBytes.Length % 64, Is.Zero);
        Assert.That(HnswFormat.HeadSizeBytes % 64, Is.Zero);
    }

    [Test]
    public void Open_OfASectionOfAnotherLength_Refuses()
    {
        byte[] graph = s_graph.GraphBytes;
        byte[] codes = s_graph.CodeBytes;
        foreach (int length in new[] { 0, 5, 127, 128, graph.Length - 64, graph.Length - 1, graph.Length + 1 })
        {
            byte[] cut = new byte[length];
            graph.AsSpan(0, Math.Min(length, graph.Length)).CopyTo(cut);
            Assert.That(() => s_graph.Open(cut, codes), Throws.TypeOf<SegmentFormatException>(), $"{length} bytes");
        }

        Assert.That(() => s_graph.Open(graph, codes[..^1]), Throws.TypeOf<SegmentFormatException>());
        Assert.That(() => s_graph.Open(graph, []), Throws.TypeOf<SegmentFormatException>());
        Assert.That(() => s_plain.Open(s_plain.GraphBytes, codes), Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void Open_ForOtherRows_Refuses()
    {
        var source = new MemoryByteSource(s_plain.GraphBytes);

        Assert.That(
            () => HnswCodec.Open(source, null, s_plain.Column, RowCount - 1),
            Throws.TypeOf<SegmentFormatException>());
        Assert.That(
            () => HnswCodec.Open(source, null, TestGraph.ToColumn([[1, 2, 3]]), RowCount),
            Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void Head_WithAnyByteChanged_IsRefusedOrSearched()
    {
        var random = new Random(31);
        for (int offset = 0; offset < HnswFormat.HeadSizeBytes; offset++)
        {
            foreach (byte change in new byte[] { 0x01, 0x80, 0xFF, (byte)random.Next(1, 256) })
            {
                byte[] damaged = [.. s_graph.GraphBytes];
                damaged[offset] ^= change;
                TrySearch(damaged, s_graph.CodeBytes, $"byte {offset} ^ {change}");
            }
        }
    }

    [Test]
    public void Padding_ThatIsNotZero_IsRefused()
    {
        byte[] head = [.. s_graph.GraphBytes];
        head[HnswFormat.HeadSizeBytes - 1] = 1;
        byte[] gap = [.. s_graph.GraphBytes];
        gap[HnswFormat.HeadSizeBytes + (RowCount * 24 * sizeof(int)) + (RowCount * sizeof(int))] = 1;
        var top = new TopK();
        top.Reset(1);

        Assert.That(() => s_graph.Open(head, s_graph.CodeBytes), Throws.TypeOf<SegmentFormatException>());
        Assert.That(
            () =>
            {
                IndexCounters counters = default;
                HnswSearcher searcher = s_graph.Open(gap, s_graph.CodeBytes);
                searcher.Search(s_graph.ToQuery(s_rows[3], 1, 0.9, 10, []), top, ref counters);
            },
            Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void Graph_WithAnyLinksChanged_EndsAndStaysInBounds()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[] damaged = [.. s_graph.GraphBytes];
            int count = random.Next(3) == 0 ? 5_000 : random.Next(1, 200);
            for (int i = 0; i < count; i++)
            {
                int words = (damaged.Length - HnswFormat.HeadSizeBytes) / sizeof(int);
                int value = random.Next(20) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(-1, RowCount);
                BitConverter.TryWriteBytes(
                    damaged.AsSpan(HnswFormat.HeadSizeBytes + (random.Next(words) * sizeof(int))), value);
            }

            TrySearch(damaged, s_graph.CodeBytes, $"seed {seed}");
        }
    }

    [Test]
    public void Codes_OfRandomBytes_GiveSomeAnswer()
    {
        var random = new Random(33);
        for (int i = 0; i < 20; i++)
        {
            byte[] codes = [.. s_graph.CodeBytes];
            random.NextBytes(codes);
            TrySearch(s_graph.GraphBytes, codes, $"round {i}");
        }
    }

    [Test]
    public void Graph_ThatLeadsToARowWithoutVector_DoesNotOfferIt()
    {
        float[]?[] rows = [.. s_rows];
        rows[5] = null;
        var graph = new TestGraph(rows, Metric.SquaredEuclidean, CodeKind.None);
        byte[] damaged = [.. graph.GraphBytes];
        for (int node = 0; node < RowCount; node++)
        {
            BitConverter.TryWriteBytes(damaged.AsSpan(HnswFormat.HeadSizeBytes + (node * 24 * sizeof(int))), 5);
        }

        HnswSearcher searcher = graph.Open(damaged, []);
        var top = new TopK();
        top.Reset(10);
        IndexCounters counters = default;
        searcher.Search(graph.ToQuery(new float[20], 10, 0.9, 10, []), top, ref counters);
        var found = new ScoredRow[top.Count];
        top.DrainSorted(found);

        Assert.That(found, Is.Not.Empty);
        Assert.That(found.Select(row => row.Ordinal), Does.Not.Contain(5));
    }

    /// <summary>Searches in every way; only the one exception may come.</summary>
    private static void TrySearch(byte[] graph, byte[] codes, string what)
    {
        ulong[] half = TestGraph.Select(RowCount, row => row % 2 == 0);
        ulong[] few = TestGraph.Select(RowCount, row => row % 4 == 0);
        try
        {
            HnswSearcher searcher = s_graph.Open(graph, codes);
            foreach (ulong[] selected in new ulong[][] { [], half, few })
            {
                var top = new TopK();
                top.Reset(10);
                IndexCounters counters = default;
                searcher.Search(s_graph.ToQuery(s_rows[3], 10, 0.9, 10, selected), top, ref counters);
                var rows = new ScoredRow[top.Count];
                top.DrainSorted(rows);
                Assert.That(rows.Select(row => row.Ordinal), Is.Unique.And.All.InRange(0, RowCount - 1), what);
                Assert.That(counters.CoarseScored, Is.LessThan(200 * RowCount), what);
            }

            Assert.That(searcher.EstimateCost(10, 0.9, 0, 0.5), Is.Not.NaN, what);
        }
        catch (SegmentFormatException)
        {
            // What it is for.
        }
        catch (Exception failure) when (failure is not AssertionException)
        {
            Assert.Fail($"{what}: {failure}");
        }
    }
}
