using System.Buffers;
using System.Diagnostics;
using Tidepool.Index.Distance;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Flat;

/// <summary>Exact search: measures every row. Also the oracle for the recall of approximate indexes.</summary>
internal static class FlatSearcher
{
    /// <summary>Offers the rows of ordinals [firstOrdinal, endOrdinal) that are selected and have a vector.</summary>
    /// <param name="metric">What to measure.</param>
    /// <param name="rows">The vectors.</param>
    /// <param name="query">As long as the rows have dimensions.</param>
    /// <param name="queryNorm"><see cref="Float32Kernels.Norm"/> of the query; read for cosine only.</param>
    /// <param name="firstOrdinal">The first ordinal to look at.</param>
    /// <param name="endOrdinal">The ordinal after the last.</param>
    /// <param name="selected">Bit i for ordinal i, from ordinal 0 of the column on; empty for all rows.</param>
    /// <param name="top">Takes the rows.</param>
    /// <returns>How many rows were selected and had a vector.</returns>
    internal static int Search(
        Metric metric,
        VectorColumn rows,
        ReadOnlySpan<float> query,
        float queryNorm,
        int firstOrdinal,
        int endOrdinal,
        ReadOnlySpan<ulong> selected,
        TopK top)
    {
        // The query is read again with every row: a scan takes up to a fifth longer where it straddles lines.
        float[] rented = ArrayPool<float>.Shared.Rent(query.Length + CacheLine.Floats - 1);
        try
        {
            Span<float> aligned = CacheLine.Align(rented, query.Length);
            query.CopyTo(aligned);
            return Scan(metric, rows, aligned, queryNorm, firstOrdinal, endOrdinal, selected, top);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private static int Scan(
        Metric metric,
        VectorColumn rows,
        ReadOnlySpan<float> query,
        float queryNorm,
        int first,
        int end,
        ReadOnlySpan<ulong> selected,
        TopK top) => metric switch
        {
            Metric.Cosine =>
                new FlatScan<DotTerm, CosineDistance>(rows, query, queryNorm, selected, top).Run(first, end),
            Metric.DotProduct =>
                new FlatScan<DotTerm, DotProductDistance>(rows, query, queryNorm, selected, top).Run(first, end),
            Metric.SquaredEuclidean =>
                new FlatScan<SquaredDifferenceTerm, SquaredEuclideanDistance>(rows, query, queryNorm, selected, top)
                    .Run(first, end),
            Metric.Euclidean =>
                new FlatScan<SquaredDifferenceTerm, EuclideanDistance>(rows, query, queryNorm, selected, top)
                    .Run(first, end),
            Metric.Manhattan =>
                new FlatScan<AbsoluteDifferenceTerm, ManhattanDistance>(rows, query, queryNorm, selected, top)
                    .Run(first, end),
            Metric.Hamming =>
                new FlatScan<UnequalTerm, HammingDistance>(rows, query, queryNorm, selected, top).Run(first, end),
            _ => throw new UnreachableException($"Metric {metric} passed validation but has no kernel."),
        };
}
