using Tidepool.Index.Distance;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>Which cells a search will probably scan.</summary>
/// <remarks>A search stops by the distance of the k-th hit, which is not known before cells were read. Here it is taken
/// to be as far as the nearest center: a cell's rows lie about as far from its center as from each other. That may be
/// wrong by a lot; the bound on a search's work is what limits how much is read in vain.</remarks>
internal static class CellForecast
{
    private const int MinCells = 3;

    /// <summary>How much farther off than expected the k-th hit may be.</summary>
    private const float Reserve = 2;

    internal static void Add(
        IvfSearcher index, VectorColumn rows, in IndexQuery query, double factor, SearchNeeds needs)
    {
        IvfHead head = index.Cells.Head;
        IvfScratch scratch = IvfScratch.OfThisThread;
        Span<float> keys = scratch.GetKeys(head.Cells.Length);
        var top = new TopK();
        top.Reset(query.K);
        var scan = new CellScan(index, rows, query, top, scratch);
        scan.MeasureCenters(keys);
        if (head.OutsiderCount > 0)
        {
            needs.Rows.Add((head.CellPositions, head.OutsiderCount));
        }

        float least = keys[CodeKeys.FindSmallest(keys)];
        float unit = head.Metric == Metric.DotProduct
            ? index.Cells.Spread * MathF.Sqrt(scan.SquaredNorm)
            : least;
        float limit = query.Breadth > 0
            ? float.NegativeInfinity
            : least + ((float)factor * Reserve * head.Gammas.GetGamma(query.RecallTarget, query.K) * unit);
        int fewest = query.Breadth > 0 ? query.Breadth : MinCells;
        double mostRows = factor * head.Gammas.GetMostWork(query.RecallTarget, query.K);
        long rowCount = 0;
        for (int count = 0; count < keys.Length; count++)
        {
            int nearest = CodeKeys.FindSmallest(keys);
            if (count >= fewest && (keys[nearest] > limit || rowCount >= mostRows))
            {
                break;
            }

            keys[nearest] = float.PositiveInfinity;
            rowCount += head.Cells[nearest].RowCount;
            Add(index, head.Cells[nearest], needs);
        }
    }

    private static void Add(IvfSearcher index, in IvfCell cell, SearchNeeds needs)
    {
        if (cell.RowCount == 0)
        {
            return;
        }

        needs.Rows.Add((cell.FirstBlock * BlockScan.Rows, cell.RowCount));
        if (index.Cells.Head.Codes != CodeKind.None)
        {
            needs.Codes.Add(index.Cells.GetCodeRange(cell));
        }
    }
}
