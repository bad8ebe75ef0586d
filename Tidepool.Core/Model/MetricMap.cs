using System.Diagnostics;
using Tidepool.Index.Distance;

namespace Tidepool.Model;

/// <summary>What the public metrics are in the engine and in stored bytes, and how distances become scores.</summary>
internal static class MetricMap
{
    /// <summary>The stored number of a metric: never renumber.</summary>
    internal static byte ToCode(DistanceMetric metric) => metric switch
    {
        DistanceMetric.CosineSimilarity => 1,
        DistanceMetric.CosineDistance => 2,
        DistanceMetric.DotProductSimilarity => 3,
        DistanceMetric.NegativeDotProductSimilarity => 4,
        DistanceMetric.EuclideanDistance => 5,
        DistanceMetric.EuclideanSquaredDistance => 6,
        DistanceMetric.HammingDistance => 7,
        DistanceMetric.ManhattanDistance => 8,
        _ => throw new UnreachableException($"Metric {metric} passed validation but has no code."),
    };

    /// <summary>The metric of a stored number; false when no metric has it.</summary>
    internal static bool TryFromCode(byte code, out DistanceMetric metric)
    {
        metric = code switch
        {
            2 => DistanceMetric.CosineDistance,
            3 => DistanceMetric.DotProductSimilarity,
            4 => DistanceMetric.NegativeDotProductSimilarity,
            5 => DistanceMetric.EuclideanDistance,
            6 => DistanceMetric.EuclideanSquaredDistance,
            7 => DistanceMetric.HammingDistance,
            8 => DistanceMetric.ManhattanDistance,
            _ => DistanceMetric.CosineSimilarity,
        };
        return code is >= 1 and <= 8;
    }

    /// <summary>The distance that ranks as the metric does.</summary>
    internal static Metric ToIndexMetric(DistanceMetric metric) => metric switch
    {
        DistanceMetric.CosineSimilarity or DistanceMetric.CosineDistance => Metric.Cosine,
        DistanceMetric.DotProductSimilarity or DistanceMetric.NegativeDotProductSimilarity => Metric.DotProduct,
        DistanceMetric.EuclideanDistance => Metric.Euclidean,
        DistanceMetric.EuclideanSquaredDistance => Metric.SquaredEuclidean,
        DistanceMetric.HammingDistance => Metric.Hamming,
        DistanceMetric.ManhattanDistance => Metric.Manhattan,
        _ => throw new UnreachableException($"Metric {metric} passed validation but has no kernel."),
    };

    /// <summary>Whether a larger score is closer: similarities, as against distances.</summary>
    internal static bool IsHigherBetter(DistanceMetric metric) =>
        metric is DistanceMetric.CosineSimilarity or DistanceMetric.DotProductSimilarity;

    /// <summary>The metric's own value of an engine distance.</summary>
    internal static double ToScore(DistanceMetric metric, float distance) => metric switch
    {
        DistanceMetric.CosineSimilarity => 1.0 - distance,
        DistanceMetric.DotProductSimilarity => 0.0 - distance, // Not -distance: a zero stays a positive one.
        _ => distance,
    };

    /// <summary>Whether a score is no worse than a threshold.</summary>
    internal static bool MeetsThreshold(DistanceMetric metric, double score, double threshold) =>
        IsHigherBetter(metric) ? score >= threshold : score <= threshold;

    /// <summary>The largest distance whose score meets a threshold, rounded up to a float.</summary>
    /// <remarks>A hit at exactly this distance must still be tested by <see cref="MeetsThreshold"/>.</remarks>
    internal static float ToMaxDistance(DistanceMetric metric, double threshold)
    {
        double distance = metric switch
        {
            DistanceMetric.CosineSimilarity => 1.0 - threshold,
            DistanceMetric.DotProductSimilarity => 0.0 - threshold,
            _ => threshold,
        };
        float rounded = (float)distance;
        return rounded < distance ? MathF.BitIncrement(rounded) : rounded;
    }
}
