using NUnit.Framework;
using Tidepool.Index.Ranking;

namespace Tidepool.Tests.Index.Ranking;

internal sealed class ScoringTests
{
    private static readonly float[] s_edges =
    [
        0, 1, 2, -1, 0.1f, 0.3f, 1e-7f, 1e-20f, 1e-45f, -1e-45f, 1e20f, -1e20f, 0.99999994f, 1.0000001f,
        float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity,
    ];

    [TestCase(0.25f, 0.25)]
    [TestCase(-3f, -3)]
    public void Distance_IsItsOwnScore(float distance, double score) =>
        Assert.That(Scoring.ToScore(distance, ScoreKind.Distance), Is.EqualTo(score));

    [TestCase(-3f, 3)]
    [TestCase(2f, -2)]
    public void NegatedDistance_IsADotProductAgain(float distance, double score) =>
        Assert.That(Scoring.ToScore(distance, ScoreKind.NegatedDistance), Is.EqualTo(score));

    [TestCase(0f, 1)]
    [TestCase(0.25f, 0.75)]
    [TestCase(2f, -1)]
    public void OneMinusDistance_IsACosineAgain(float distance, double score) =>
        Assert.That(Scoring.ToScore(distance, ScoreKind.OneMinusDistance), Is.EqualTo(score));

    [Test]
    public void NegatedZero_HasNoSign() =>
        Assert.That(double.IsNegative(Scoring.ToScore(0, ScoreKind.NegatedDistance)), Is.False);

    [Test]
    public void HigherIsBetter_ForSimilaritiesOnly()
    {
        Assert.That(Scoring.HigherIsBetter(ScoreKind.Distance), Is.False);
        Assert.That(Scoring.HigherIsBetter(ScoreKind.NegatedDistance), Is.True);
        Assert.That(Scoring.HigherIsBetter(ScoreKind.OneMinusDistance), Is.True);
    }

    [Test]
    public void AReturnedScore_AsThreshold_AdmitsItsHitAndNothingWorse([Values] ScoreKind kind)
    {
        var random = new Random(21);
        IEnumerable<float> distances = s_edges
            .Concat(Enumerable.Range(0, 20_000).Select(_ => random.NextSingle() * 2))
            .Concat(Enumerable.Range(0, 20_000).Select(_ => BitConverter.Int32BitsToSingle(random.Next() * 2)))
            .Where(distance => !float.IsNaN(distance));
        foreach (float distance in distances)
        {
            double score = Scoring.ToScore(distance, kind);

            float limit = Scoring.ToMaxDistance(score, kind);

            // The limit is the largest distance of that score: the next one is worse.
            Assert.That(limit, Is.GreaterThanOrEqualTo(distance));
            Assert.That(Scoring.ToScore(limit, kind), Is.EqualTo(score));
            if (limit < float.PositiveInfinity)
            {
                Assert.That(Scoring.ToScore(MathF.BitIncrement(limit), kind), Is.Not.EqualTo(score));
            }
        }
    }

    [Test]
    public void AThresholdBetweenScores_AdmitsExactlyTheBetterOnes()
    {
        // 0.1 as a double lies between two floats.
        float limit = Scoring.ToMaxDistance(0.1, ScoreKind.Distance);
        Assert.That((double)limit, Is.LessThanOrEqualTo(0.1));
        Assert.That((double)MathF.BitIncrement(limit), Is.GreaterThan(0.1));

        float cosine = Scoring.ToMaxDistance(0.9, ScoreKind.OneMinusDistance);
        Assert.That(1 - (double)cosine, Is.GreaterThanOrEqualTo(0.9));
        Assert.That(1 - (double)MathF.BitIncrement(cosine), Is.LessThan(0.9));
    }

    [Test]
    public void AThresholdNothingPasses_GivesNegativeInfinity()
    {
        Assert.That(Scoring.ToMaxDistance(-1e300, ScoreKind.Distance), Is.EqualTo(float.NegativeInfinity));
        Assert.That(Scoring.ToMaxDistance(1e300, ScoreKind.NegatedDistance), Is.EqualTo(float.NegativeInfinity));
    }

    [Test]
    public void AThresholdEverythingPasses_GivesInfinity()
    {
        Assert.That(
            Scoring.ToMaxDistance(double.PositiveInfinity, ScoreKind.Distance), Is.EqualTo(float.PositiveInfinity));
        Assert.That(
            Scoring.ToMaxDistance(double.NegativeInfinity, ScoreKind.OneMinusDistance),
            Is.EqualTo(float.PositiveInfinity));
    }

    [Test]
    public void AFiniteThresholdBeyondSinglePrecision_DoesNotAdmitInfinity() =>
        Assert.That(Scoring.ToMaxDistance(1e300, ScoreKind.Distance), Is.EqualTo(float.MaxValue));
}
