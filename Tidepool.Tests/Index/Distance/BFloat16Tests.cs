using NUnit.Framework;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Distance;

internal sealed class BFloat16Tests
{
    [Test]
    public void ToSingle_OfEveryNumber_IsRoundedToItself()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            float value = BFloat16.ToSingle((ushort)bits);
            if (float.IsFinite(value))
            {
                Assert.That(BFloat16.Round(value), Is.EqualTo(bits));
                Assert.That(BFloat16.RoundDown(value), Is.EqualTo(bits));
            }
        }
    }

    [Test]
    public void RoundAndRoundDown_OfAnyNumber_StayWithinTheirErrors()
    {
        var random = new Random(1);
        for (int i = 0; i < 100_000; i++)
        {
            float value = (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-30, 30));
            double rounded = BFloat16.ToSingle(BFloat16.Round(value));
            double down = BFloat16.ToSingle(BFloat16.RoundDown(value));

            Assert.That(Math.Abs(rounded - value), Is.LessThanOrEqualTo(Math.Abs(value) * BFloat16.RoundingError));
            Assert.That(down, Is.LessThanOrEqualTo(value));
            Assert.That(value - down, Is.LessThanOrEqualTo(Math.Abs(value) * BFloat16.DownwardError));
        }
    }

    [TestCase(1.00390625f, 1f)]
    [TestCase(1.01171875f, 1.015625f)]
    public void Round_HalfwayBetweenTwo_TakesTheEvenOne(float value, float expected)
    {
        Assert.That(BFloat16.ToSingle(BFloat16.Round(value)), Is.EqualTo(expected));
    }

    [Test]
    public void Round_OfTheExtremes_KeepsThem()
    {
        float largest = BFloat16.ToSingle(BFloat16.RoundDown(float.MaxValue));
        Assert.That(largest, Is.GreaterThan(3.3e38f).And.LessThan(float.MaxValue));
        Assert.That(BFloat16.ToSingle(BFloat16.Round(-float.MaxValue)), Is.EqualTo(float.NegativeInfinity));
    }

    [Test]
    public void SelectBelow_OfKeysWithSuchRescales_IsTheDefinition()
    {
        var random = new Random(2);
        float[] keys = [.. Enumerable.Range(0, 32).Select(_ => random.NextSingle())];
        ushort[] rescales = [.. keys.Select(_ => BFloat16.Round(-random.NextSingle()))];

        uint selected = CodeKeys.SelectBelow(keys, rescales, error: 0.5f, threshold: 0.25f);

        uint expected = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            expected |= keys[i] + (BFloat16.ToSingle(rescales[i]) * 0.5f) < 0.25f ? 1u << i : 0;
        }

        Assert.That(selected, Is.EqualTo(expected));
        Assert.That(expected, Is.Not.Zero.And.Not.EqualTo(uint.MaxValue));
    }
}
