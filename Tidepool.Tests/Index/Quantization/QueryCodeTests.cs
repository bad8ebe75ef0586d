using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;

namespace Tidepool.Tests.Index.Quantization;

public sealed class QueryCodeTests
{
    [TestCase(64)]
    [TestCase(192)]
    [TestCase(1536)]
    public void Encode_RoundsToTheNearestLevel(int dimensions)
    {
        float[] query = RandomVectors.Create(dimensions, new Random(dimensions));
        sbyte[] code = new sbyte[dimensions];

        float scale = QueryCode.Encode(query, code, out int sum, out float error);

        double missed = 0;
        for (int i = 0; i < dimensions; i++)
        {
            double difference = query[i] - ((double)scale * code[i]);
            Assert.That(Math.Abs(difference), Is.LessThan(scale * 0.50001));
            missed += difference * difference;
        }

        Assert.That(scale, Is.EqualTo(query.Max(Math.Abs) / 127));
        Assert.That(sum, Is.EqualTo(code.Sum(value => value)));
        Assert.That(error, Is.EqualTo(Math.Sqrt(missed)).Within(0.1).Percent);
        Assert.That(code.Max(value => Math.Abs((int)value)), Is.EqualTo(127));
    }

    [Test]
    public void Encode_MatchesTheDefinition([Range(16, 640, 16)] int dimensions)
    {
        float[] query = RandomVectors.Create(dimensions, new Random(dimensions));
        sbyte[] code = new sbyte[dimensions];
        sbyte[] expected = new sbyte[dimensions];

        float scale = QueryCode.Encode(query, code, out int sum, out float error);

        float expectedScale = SignedCode.EncodeScalar(
            query, SignedCode.MaxLevels, expected, out int expectedSum, out float expectedError);
        Assert.That(scale, Is.EqualTo(expectedScale));
        Assert.That(code, Is.EqualTo(expected));
        Assert.That(sum, Is.EqualTo(expectedSum));
        Assert.That(error, Is.EqualTo(expectedError).Within(0.1).Percent);
    }

    [TestCase(16)]
    [TestCase(112)]
    public void EncodeSmall_TakesTheLevelsThatAPairOfProductsAllows(int dimensions)
    {
        float[] query = RandomVectors.Create(dimensions, new Random(dimensions));
        sbyte[] code = new sbyte[dimensions];
        sbyte[] expected = new sbyte[dimensions];

        float scale = QueryCode.EncodeSmall(query, code, out int sum);

        float expectedScale = SignedCode.EncodeScalar(query, ByteDot.SmallLevels, expected, out int expectedSum, out _);
        Assert.That(scale, Is.EqualTo(expectedScale));
        Assert.That(code, Is.EqualTo(expected));
        Assert.That(sum, Is.EqualTo(expectedSum));
        Assert.That(code.Max(value => Math.Abs((int)value)), Is.EqualTo(ByteDot.SmallLevels));
    }

    [TestCaseSource(typeof(RandomVectors), nameof(RandomVectors.AwkwardNames))]
    public void Encode_OfAwkwardVectors_SaysHowMuchItMisses(string name)
    {
        float[] query = RandomVectors.CreateAwkward(name, 128, new Random(1));
        sbyte[] code = new sbyte[128];

        float scale = QueryCode.Encode(query, code, out int sum, out float error);

        double missed = Math.Sqrt(query.Select((value, i) => Math.Pow(value - ((double)scale * code[i]), 2)).Sum());
        Assert.That(float.IsFinite(scale) && float.IsFinite(error), Is.True);
        Assert.That(error, Is.EqualTo(Math.Min(missed, float.MaxValue)).Within(1).Percent.Or.EqualTo(missed)
            .Within((1e-6 * query.Max(Math.Abs)) + float.Epsilon));
        Assert.That(sum, Is.EqualTo(code.Sum(value => value)));
        Assert.That(scale == 0, Is.EqualTo(query.Max(Math.Abs) / 127 == 0));
    }
}
