using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Ivf;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Index.Ivf;

/// <summary>A cell index over a set of vectors, searched as a segment would be.</summary>
internal sealed class IvfCase
{
    private readonly Metric _metric;

    private IvfCase(VectorSet rows, Metric metric, IvfBuild built, IvfSearcher searcher)
    {
        Rows = rows;
        _metric = metric;
        Built = built;
        Searcher = searcher;
    }

    internal VectorSet Rows { get; }

    internal IvfBuild Built { get; }

    internal IvfSearcher Searcher { get; }

    internal IndexCounters Counters { get; private set; }

    internal static IvfCase Build(
        VectorSet rows,
        Metric metric,
        CodeKind codes = CodeKind.Scalar8,
        bool isSecond = false,
        IWorkers? workers = null)
    {
        IvfBuild built = IvfBuilder.Build(
            rows,
            rows.Count,
            new IndexSettings(IndexKind.Ivf, codes, metric, 0, 0),
            seed: 7,
            workers ?? SingleWorker.Instance,
            progress: null,
            CancellationToken.None);
        return Open(rows, metric, built, isSecond);
    }

    /// <summary>Opens an index: over rows in its own order, or over rows that another index has put in order.</summary>
    internal static IvfCase Open(VectorSet rows, Metric metric, IvfBuild built, bool isSecond)
    {
        IvfHead head = IvfHeadCodec.Decode(built.Head);
        MemoryByteSource? codes = built.Codes.Length == 0 ? null : new MemoryByteSource(built.Codes.Memory);
        if (!isSecond)
        {
            var inOrder = new IvfCells(head, new MemoryByteSource(built.Centers), codes, null, built.Order.Length);
            var column = new PermutedColumn(rows, built.Order);
            return new IvfCase(rows, metric, built, new IvfSearcher(inOrder, column, built.Order.Length));
        }

        byte[] ordinals = new byte[built.Order.Length * sizeof(int)];
        Buffer.BlockCopy(built.Order, 0, ordinals, 0, ordinals.Length);
        var cells = new IvfCells(
            head, new MemoryByteSource(built.Centers), codes, new MemoryByteSource(ordinals), rows.Count);
        return new IvfCase(rows, metric, built, new IvfSearcher(cells, rows, rows.Count));
    }

    /// <summary>The rows found, nearest first.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="k">How many.</param>
    /// <param name="target">The share aimed at.</param>
    /// <param name="isSelected">Which rows may be found; null for all.</param>
    /// <param name="breadth">How many cells; 0 for as many as the target needs.</param>
    internal (int Row, float Distance)[] Search(
        ReadOnlySpan<float> query, int k, double target = 0.95, Func<int, bool>? isSelected = null, int breadth = 0)
    {
        bool isSecond = !Searcher.Cells.IsInOrder;
        int count = isSecond ? Rows.Count : Built.Order.Length;
        ulong[] selected = new ulong[(count + 63) / 64];
        int selectedCount = 0;
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            int row = isSecond ? ordinal : Built.Order[ordinal];
            if (row >= 0 && (isSelected is null || isSelected(row)))
            {
                selected[ordinal >> 6] |= 1UL << (ordinal & 63);
                selectedCount++;
            }
        }

        var top = new TopK();
        top.Reset(k);
        IndexCounters counters = default;
        Searcher.Search(
            new IndexQuery
            {
                Vector = query,
                Norm = Float32Kernels.Norm(query),
                K = k,
                RecallTarget = target,
                Breadth = breadth,
                Selected = selected,
                SelectedCount = selectedCount,
            },
            top,
            ref counters);
        Counters = counters;
        var found = new ScoredRow[k];
        return
        [
            .. found.Take(top.DrainSorted(found))
                .Select(hit => (isSecond ? hit.Ordinal : Built.Order[hit.Ordinal], hit.Distance)),
        ];
    }

    /// <summary>The share of the true k nearest of some queries that is found.</summary>
    internal double MeasureRecall(
        VectorSet queries, int k, double target = 0.95, Func<int, bool>? isSelected = null, int breadth = 0)
    {
        ulong[] selected = new ulong[(Rows.Count + 63) / 64];
        for (int row = 0; row < Rows.Count; row++)
        {
            selected[row >> 6] |= isSelected is null || isSelected(row) ? 1UL << (row & 63) : 0;
        }

        int hits = 0;
        int expected = 0;
        for (int i = 0; i < queries.Count; i++)
        {
            int[] nearest = Rows.FindNearest(_metric, queries.GetVector(i), k, selected);
            expected += nearest.Length;
            hits += Search(queries.GetVector(i), k, target, isSelected, breadth)
                .Count(hit => nearest.Contains(hit.Row));
        }

        return (double)hits / expected;
    }
}
