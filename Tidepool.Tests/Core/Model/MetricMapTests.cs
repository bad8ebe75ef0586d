using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Model;

internal sealed class MetricMapTests
{
    [Test]
    public void TryFromCode_OfToCode_IsTheMetric([Values] DistanceMetric metric)
    {
        Assert.That(MetricMap.TryFromCode(MetricMap.ToCode(metric), out DistanceMetric back), Is.True);
        Assert.That(back, Is.EqualTo(metric));
    }

    [TestCase(0)]
    [TestCase(9)]
    [TestCase(255)]
    public void TryFromCode_UnknownCode_IsFalse(byte code)
    {
        Assert.That(MetricMap.TryFromCode(code, out _), Is.False);
    }

    /// <summary>Stored numbers never change.</summary>
    [TestCase(DistanceMetric.CosineSimilarity, 1, nameof(Metric.Cosine), true, 0.75)]
    [TestCase(DistanceMetric.CosineDistance, 2, nameof(Metric.Cosine), false, 0.25)]
    [TestCase(DistanceMetric.DotProductSimilarity, 3, nameof(Metric.DotProduct), true, -0.25)]
    [TestCase(DistanceMetric.NegativeDotProductSimilarity, 4, nameof(Metric.DotProduct), false, 0.25)]
    [TestCase(DistanceMetric.EuclideanDistance, 5, nameof(Metric.Euclidean), false, 0.25)]
    [TestCase(DistanceMetric.EuclideanSquaredDistance, 6, nameof(Metric.SquaredEuclidean), false, 0.25)]
    [TestCase(DistanceMetric.HammingDistance, 7, nameof(Metric.Hamming), false, 0.25)]
    [TestCase(DistanceMetric.ManhattanDistance, 8, nameof(Metric.Manhattan), false, 0.25)]
    public void EachMetric_HasItsCodeKernelAndScore(
        DistanceMetric metric, int code, string kernel, bool isHigherBetter, double scoreOfQuarter)
    {
        Assert.That(MetricMap.ToCode(metric), Is.EqualTo(code));
        Assert.That(MetricMap.ToIndexMetric(metric).ToString(), Is.EqualTo(kernel));
        Assert.That(MetricMap.IsHigherBetter(metric), Is.EqualTo(isHigherBetter));
        Assert.That(MetricMap.ToScore(metric, 0.25f), Is.EqualTo(scoreOfQuarter));
    }

    [Test]
    public void ToScore_ZeroDotProduct_IsPositiveZero()
    {
        double score = MetricMap.ToScore(DistanceMetric.DotProductSimilarity, -0f);

        Assert.That(double.IsNegative(score), Is.False);
        Assert.That(double.IsNegative(MetricMap.ToScore(DistanceMetric.DotProductSimilarity, 0f)), Is.False);
    }

    /// <summary>The bound keeps every distance that meets the threshold, and at most one float that does not.</summary>
    [Test]
    public void ToMaxDistance_RandomThresholds_LosesNoHit([Values] DistanceMetric metric)
    {
        var random = new Random(4711);
        for (int i = 0; i < 2_000; i++)
        {
            double threshold = (random.NextDouble() * 4) - 2;

            float bound = MetricMap.ToMaxDistance(metric, threshold);

            Assert.That(Meets(MathF.BitIncrement(bound)), Is.False, $"{threshold:R}");
            Assert.That(Meets(MathF.BitDecrement(bound)), Is.True, $"{threshold:R}");

            bool Meets(float distance) =>
                MetricMap.MeetsThreshold(metric, MetricMap.ToScore(metric, distance), threshold);
        }
    }

    [Test]
    public void ToMaxDistance_ScoreOfAnyDistance_KeepsThatDistance([Values] DistanceMetric metric)
    {
        var random = new Random(4712);
        for (int i = 0; i < 2_000; i++)
        {
            float distance = (random.NextSingle() * 2.1f) - 0.05f;
            double threshold = MetricMap.ToScore(metric, distance);

            Assert.That(MetricMap.ToMaxDistance(metric, threshold), Is.GreaterThanOrEqualTo(distance));
            Assert.That(MetricMap.MeetsThreshold(metric, threshold, threshold), Is.True);
        }
    }
}
