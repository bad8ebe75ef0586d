using NUnit.Framework;
using Tidepool.Index.Quantization;

namespace Tidepool.Tests.Index.Quantization;

internal sealed class Float24Tests
{
    [Test]
    public void ReadPair_OfRoundedNumbers_GivesThemBack()
    {
        var random = new Random(1);
        byte[] bytes = new byte[Float24.PairSizeBytes];
        for (int i = 0; i < 10_000; i++)
        {
            float first = (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-30, 30));
            float second = (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-30, 30));
            (float roundedFirst, float roundedSecond) = (Float24.Round(first), Float24.Round(second));

            Float24.WritePair(bytes, roundedFirst, roundedSecond);

            Assert.That(Float24.ReadPair(bytes), Is.EqualTo((roundedFirst, roundedSecond)));
            double missed = Math.Abs((double)roundedFirst - first);
            Assert.That(missed, Is.LessThanOrEqualTo(Math.Abs(first) * Float24.RoundingError));
        }
    }

    [Test]
    public void Round_OfWhatIsNoFiniteNumber_SaysSo()
    {
        byte[] bytes = new byte[Float24.PairSizeBytes];

        Float24.WritePair(bytes, Float24.Round(float.NaN), Float24.Round(float.MaxValue));

        Assert.That(Float24.ReadPair(bytes), Is.EqualTo((float.NaN, float.PositiveInfinity)));
    }
}
