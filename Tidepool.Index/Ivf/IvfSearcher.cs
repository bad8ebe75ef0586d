using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Quantization;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>Searches the cells nearest to a query.</summary>
internal sealed class IvfSearcher : IVectorIndex, ISearchForecast
{
    // In comparisons of a row in the cache: what a search costs whatever it scans, a cell's center, a row's coarse
    // code, and the finer comparisons that a cell leads to.
    private const double BaseCost = 600;
    private const double CenterCost = 0.4;
    private const double CoarseCost = 0.15;
    private const double CellCost = 12;

    private readonly VectorColumn _rows;
    private readonly int _rowCount;

    internal IvfSearcher(IvfCells cells, VectorColumn rows, int rowCount)
    {
        IvfHead head = cells.Head;
        Cells = cells;
        _rows = rows;
        _rowCount = rowCount;
        Space = new MetricSpace(head.Metric, head.Dimensions, head.Mean, head.LargestNorm, head.Seed);
        Quantizer = head.Codes == CodeKind.Product
            ? new ProductQuantizer(head.MappedDimensions, head.Codebooks)
            : null;
        CellTerms = head.Metric == Metric.DotProduct ? MakeCellTerms(cells, Space) : [];
        Settings = new IndexSettings(IndexKind.Ivf, head.Codes, head.Metric, M: 0, EfConstruction: 0);
    }

    public IndexSettings Settings { get; }

    internal IvfCells Cells { get; }

    internal MetricSpace Space { get; }

    /// <summary>What made the codes, with product quantization.</summary>
    internal ProductQuantizer? Quantizer { get; }

    /// <summary>What makes a key of each cell's squared distance, for dot products; otherwise empty.</summary>
    internal float[] CellTerms { get; }

    public void Search(in IndexQuery query, TopK top, ref IndexCounters counters)
    {
        IvfHead head = Cells.Head;
        if (!Space.CanSearch(query.Norm))
        {
            counters.ExactScored += FlatSearcher.Search(
                head.Metric, _rows, query.Vector, query.Norm, 0, _rowCount, query.Selected, top);
            return;
        }

        ScanOutsiders(query, top, ref counters);
        var scan = new IvfScan(this, _rows, query, top, IvfScratch.OfThisThread);
        scan.Run(ref counters);
    }

    /// <summary>Searches a number of the nearest cells, and notes how much was done after each of them.</summary>
    internal void Search(in IndexQuery query, TopK top, Span<float> works)
    {
        IndexCounters counters = default;
        new IvfScan(this, _rows, query, top, IvfScratch.OfThisThread) { Works = works }.Run(ref counters);
    }

    public double EstimateCost(int k, double recallTarget, int breadth, double selectedShare)
    {
        IvfHead head = Cells.Head;
        double cells = breadth > 0
            ? Math.Min(breadth, head.Cells.Length)
            : head.Gammas.GetCellCount(recallTarget, k / Math.Max(selectedShare, 1e-3));
        double rowsPerCell = (double)head.CellPositions / head.Cells.Length;
        double rowCost = head.Codes == CodeKind.None ? 1 : CoarseCost * head.MappedDimensions / 128;
        return BaseCost + (CenterCost * head.Cells.Length) + (cells * (CellCost + (rowCost * rowsPerCell)));
    }

    public bool TryForecast(in IndexQuery query, double factor, SearchNeeds needs)
    {
        if (!Space.CanSearch(query.Norm) || !Cells.IsInOrder)
        {
            return false;
        }

        CellForecast.Add(this, _rows, query, factor, needs);
        return true;
    }

    private void ScanOutsiders(in IndexQuery query, TopK top, ref IndexCounters counters)
    {
        IvfHead head = Cells.Head;
        int first = head.CellPositions;
        if (head.OutsiderCount == 0)
        {
            return;
        }

        if (Cells.IsInOrder)
        {
            counters.ExactScored += FlatSearcher.Search(
                head.Metric,
                _rows,
                query.Vector,
                query.Norm,
                first,
                first + head.OutsiderCount,
                query.Selected,
                top);
            return;
        }

        foreach (int ordinal in Cells.Ordinals.Slice(first, head.OutsiderCount))
        {
            if (query.Selected.IsEmpty || (query.Selected[ordinal >> 6] >> (ordinal & 63) & 1) != 0)
            {
                counters.ExactScored++;
                top.Offer(ExactDistance.Measure(head.Metric, _rows, query.Vector, query.Norm, ordinal), ordinal);
            }
        }
    }

    /// <summary>Of each center, less the squared norm that it has without the mean taken off.</summary>
    private static float[] MakeCellTerms(IvfCells cells, MetricSpace space)
    {
        // The mean itself maps to zero; mapping zero gives minus the mean, rotated.
        float[] origin = new float[space.MappedDimensions];
        space.Map(new float[space.Dimensions], 0, new float[space.Dimensions], origin);
        float[] terms = new float[cells.Head.Cells.Length];
        for (int cell = 0; cell < terms.Length; cell++)
        {
            terms[cell] = -Float32Kernels.SquaredEuclidean(cells.GetCenter(cell), origin);
        }

        return terms;
    }
}
