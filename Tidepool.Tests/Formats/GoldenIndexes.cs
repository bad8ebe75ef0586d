using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Segments;
using Tidepool.Index.Vectors;
using Tidepool.Tests.Index.Segments;

namespace Tidepool.Tests.Formats;

/// <summary>Segments with indexes for golden files: wrote them once, and says what must be found in them for ever.
/// </summary>
/// <remarks>Which row has which ordinal, and the indexes' bytes, depend on how the machine that builds them rounds:
/// files are compared by what is in them. Never change a segment; add another.</remarks>
internal static class GoldenIndexes
{
    private const int DocumentCount = 60;
    private const int Dimensions = 12;
    private const int Top = 10;

    /// <summary>An index for each field; the first decides on the order of the rows.</summary>
    private static readonly Dictionary<string, IndexRequest[]> s_requests = new()
    {
        ["ivf-v3/cells.tpvs"] =
        [
            Cells("cosine, 8 bits", CodeKind.Scalar8, Metric.Cosine),
            Cells("dot, half", CodeKind.Float16, Metric.DotProduct),
            Cells("euclidean, product", CodeKind.Product, Metric.Euclidean),
            Cells("squared, plain", CodeKind.None, Metric.SquaredEuclidean),
        ],
        ["hnsw-v2/graphs.tpvs"] =
        [
            Graph("cosine, 8 bits", CodeKind.Scalar8, Metric.Cosine),
            Graph("dot, half", CodeKind.Float16, Metric.DotProduct),
            Graph("euclidean, plain", CodeKind.None, Metric.Euclidean),
        ],
    };

    internal static IEnumerable<string> Paths => s_requests.Keys;

    /// <summary>Builds a segment with the indexes of a golden file, over as many documents.</summary>
    internal static byte[] Build(string path, int documentCount = DocumentCount)
    {
        IndexRequest[] requests = s_requests[path];
        TestRows[] sources = [new([.. Enumerable.Range(0, documentCount).Select(id => MakeRow(id, requests))])];
        SegmentIndexing indexing = SegmentIndexer.Build(
            requests,
            sources,
            [.. Enumerable.Range(0, documentCount).Select(row => new RowLocation(0, row))],
            SingleWorker.Instance,
            progress: null,
            CancellationToken.None);
        return TestSegment.Concatenate(
            new SegmentBuilder(TestSegment.CreateSpec(sources), sources, indexing).Build());
    }

    /// <summary>Reads all that is not an index.</summary>
    internal static void AssertHoldsRows(SegmentReader reader, string path, int documentCount = DocumentCount)
    {
        HashSet<long> ids = [];
        for (int ordinal = 0; ordinal < reader.RowCount; ordinal++)
        {
            if (reader.IsPadding(ordinal))
            {
                continue;
            }

            long id = (long)reader.GetKey(ordinal).Hash;
            Assert.That(ids.Add(id), Is.True, $"document {id}");
            TestRow row = MakeRow((int)id, s_requests[path]);
            Assert.That(reader.GetSequence(ordinal), Is.EqualTo(row.Sequence));
            Assert.That(TestSegment.FindAll(reader, row.Key), Is.EqualTo([ordinal]));
            foreach (IndexRequest request in s_requests[path])
            {
                VectorColumn vectors = reader.GetVectors(request.Field)!;
                float[]? expected = row.GetVector(request.Field);
                Assert.That(vectors.HasVector(ordinal), Is.EqualTo(expected is not null));
                Assert.That(vectors.GetVector(ordinal).ToArray(), Is.EqualTo(expected ?? new float[Dimensions]));
            }
        }

        Assert.That(ids.Order(), Is.EqualTo(Enumerable.Range(0, documentCount)));
    }

    /// <summary>Has every index answer some queries; the right rows are most of those found, and their distances are
    /// right.</summary>
    internal static void AssertFinds(SegmentReader reader, string path)
    {
        foreach (IndexRequest request in s_requests[path])
        {
            IVectorIndex index = reader.FindIndex(request.Field)!;
            Assert.That(index.Settings, Is.EqualTo(request.Settings));
            int found = 0;
            for (int query = 0; query < Top; query++)
            {
                ScoredRow[] exact = Search(reader, request, query, index: null);
                ScoredRow[] near = Search(reader, request, query, index);
                Assert.That(near, Has.Length.EqualTo(Top).And.Unique);
                Assert.That(near, Is.SubsetOf(SearchAll(reader, request, query)), request.Field);
                found += near.Intersect(exact).Count();
            }

            Assert.That(found, Is.GreaterThanOrEqualTo(95), $"{request.Field}: of 100");
        }
    }

    /// <summary>Searches the index of a field once; false when it is found damaged.</summary>
    internal static bool TrySearch(SegmentReader reader, string path, string field)
    {
        try
        {
            IndexRequest request = s_requests[path].Single(request => request.Field == field);
            ScoredRow[] found = Search(reader, request, query: 3, reader.FindIndex(field));
            return Array.TrueForAll(found, row => !reader.IsPadding(row.Ordinal));
        }
        catch (SegmentFormatException)
        {
            return false;
        }
    }

    /// <summary>Searches all indexes, whatever they say.</summary>
    internal static void SearchAll(SegmentReader reader, string path)
    {
        foreach (IndexRequest request in s_requests[path])
        {
            foreach (ScoredRow row in Search(reader, request, query: 3, reader.FindIndex(request.Field)))
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row.Ordinal, (uint)reader.RowCount);
            }
        }
    }

    private static IndexRequest Cells(string field, CodeKind codes, Metric metric) =>
        new(field, new IndexSettings(IndexKind.Ivf, codes, metric, M: 0, EfConstruction: 0), Seed: 7);

    private static IndexRequest Graph(string field, CodeKind codes, Metric metric) =>
        new(field, new IndexSettings(IndexKind.Hnsw, codes, metric, M: 6, EfConstruction: 40), Seed: 7);

    /// <summary>Every ninth document lacks a vector, one has a zero vector and one a very long one.</summary>
    private static TestRow MakeRow(int id, IndexRequest[] requests) => new(
        TestKey.Of(id),
        Sequence: id + 1,
        [
            .. Enumerable.Range(0, requests.Length)
                .Where(field => id % 9 != field)
                .Select(field => (requests[field].Field, MakeVector(id, field))),
        ]);

    private static float[] MakeVector(int id, int field)
    {
        var group = new SeededRandom((ulong)(id % 5));
        var own = new SeededRandom((ulong)((id * 100) + field + 5));
        float factor = id switch
        {
            10 => 0,
            20 => 1e6f,
            _ => 1,
        };
        return [.. Enumerable.Range(0, Dimensions).Select(
            _ => factor * (group.Next(512) - 256 + own.Next(256) - 128) / 64f)];
    }

    private static ScoredRow[] SearchAll(SegmentReader reader, IndexRequest request, int query) =>
        Search(reader, request, query, index: null, reader.RowCount);

    /// <summary>The nearest rows by an index that looks at all it has; by comparing every vector without one.</summary>
    private static ScoredRow[] Search(
        SegmentReader reader, IndexRequest request, int query, IVectorIndex? index, int k = Top)
    {
        float[] vector = MakeVector(1_000 + query, field: 9);
        float norm = Float32Kernels.Norm(vector);
        VectorColumn rows = reader.GetVectors(request.Field)!;
        var top = new TopK();
        top.Reset(k);
        if (index is null)
        {
            FlatSearcher.Search(
                request.Settings.Metric, rows, vector, norm, 0, reader.RowCount, rows.Presence, top);
        }
        else
        {
            IndexCounters counters = default;
            var indexQuery = new IndexQuery
            {
                Vector = vector,
                Norm = norm,
                K = k,
                RecallTarget = 0.99,
                Breadth = reader.RowCount,
                Selected = rows.Presence,
                SelectedCount = reader.DocumentCount,
            };
            index.Search(indexQuery, top, ref counters);
        }

        var found = new ScoredRow[k];
        return found[..top.DrainSorted(found)];
    }
}
