using System.Diagnostics;
using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Vectors;

/// <summary>The distances that answers are ranked by, one row at a time.</summary>
internal static class ExactDistance
{
    /// <summary>The distance of one row, the same to the bit as the exact scan finds.</summary>
    internal static float Measure(
        Metric metric, ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<float> row, float rowNorm) =>
        metric switch
        {
            Metric.Cosine => RowBlock.Measure<DotTerm, CosineDistance>(query, queryNorm, row, rowNorm),
            Metric.DotProduct => RowBlock.Measure<DotTerm, DotProductDistance>(query, queryNorm, row, rowNorm),
            Metric.SquaredEuclidean =>
                RowBlock.Measure<SquaredDifferenceTerm, SquaredEuclideanDistance>(query, queryNorm, row, rowNorm),
            Metric.Euclidean =>
                RowBlock.Measure<SquaredDifferenceTerm, EuclideanDistance>(query, queryNorm, row, rowNorm),
            Metric.Manhattan =>
                RowBlock.Measure<AbsoluteDifferenceTerm, ManhattanDistance>(query, queryNorm, row, rowNorm),
            Metric.Hamming => RowBlock.Measure<UnequalTerm, HammingDistance>(query, queryNorm, row, rowNorm),
            _ => throw new UnreachableException($"Metric {metric} passed validation but has no kernel."),
        };

    /// <summary>The distance of the row at an ordinal, which must have a vector.</summary>
    internal static float Measure(
        Metric metric, VectorColumn rows, ReadOnlySpan<float> query, float queryNorm, int ordinal)
    {
        Debug.Assert(rows.HasVector(ordinal));
        float rowNorm = metric == Metric.Cosine ? rows.GetNorms(ordinal, 1)[0] : 0;
        return Measure(metric, query, queryNorm, rows.GetVector(ordinal), rowNorm);
    }
}
