using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>The last stage: the vectors of candidates.</summary>
internal static class Reranking
{
    // Vectors asked for before they are compared.
    private const int RowsAhead = 8;

    /// <summary>Offers the candidates by their exact distances, those with the lowest bounds first, until the rest
    /// cannot be nearer.</summary>
    /// <returns>How many were compared.</returns>
    internal static int Run(
        IvfSearcher index, VectorColumn rows, in IndexQuery query, CandidateQueue candidates, TopK top)
    {
        candidates.Finish();
        ReadOnlySpan<int> positions = candidates.Positions;
        ReadOnlySpan<float> lower = candidates.LowerBounds;
        ReadOnlySpan<int> ordinals = index.Cells.Ordinals;
        int ahead = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            for (; ahead < Math.Min(positions.Length, i + RowsAhead); ahead++)
            {
                Prefetch.Read(rows.GetVector(ordinals.IsEmpty ? positions[ahead] : ordinals[positions[ahead]]));
            }

            if (lower[i] > Widen(index.Space.ToKey(top.Bound, query.Norm)))
            {
                return i;
            }

            int ordinal = ordinals.IsEmpty ? positions[i] : ordinals[positions[i]];
            Offer(rows, query, index.Cells.Head.Metric, ordinal, top);
        }

        return positions.Length;
    }

    /// <summary>Offers the selected rows of a cell by their exact distances.</summary>
    /// <returns>How many were compared.</returns>
    internal static int OfferCell(
        IvfSearcher index, VectorColumn rows, in IndexQuery query, in IvfCell cell, TopK top)
    {
        int first = cell.FirstBlock * BlockScan.Rows;
        Metric metric = index.Cells.Head.Metric;
        if (index.Cells.IsInOrder)
        {
            return FlatSearcher.Search(
                metric, rows, query.Vector, query.Norm, first, first + cell.RowCount, query.Selected, top);
        }

        var selection = new CellSelection(query.Selected, index.Cells.Ordinals);
        int count = 0;
        foreach (int ordinal in index.Cells.Ordinals.Slice(first, cell.RowCount))
        {
            if (selection.Holds(ordinal))
            {
                Offer(rows, query, metric, ordinal, top);
                count++;
            }
        }

        return count;
    }

    /// <summary>Keys come by other roads than distances, so that equal ones may differ in their last bits.</summary>
    internal static float Widen(float key) => key + (MathF.Abs(key) * 1e-5f) + float.Epsilon;

    /// <summary>Offers a row by its exact distance.</summary>
    private static void Offer(VectorColumn rows, in IndexQuery query, Metric metric, int ordinal, TopK top)
    {
        float distance = ExactDistance.Measure(metric, rows, query.Vector, query.Norm, ordinal);
        if (distance <= top.Bound)
        {
            top.Offer(distance, ordinal);
        }
    }
}
