using System.Runtime.InteropServices;
using NUnit.Framework;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Distance;

public sealed class CodedRowTests
{
    [Test]
    public void Encode_OfAnyLength_EqualsTheDefinition([Values(0, 16, 32, 64, 112, 128, 1536)] int length)
    {
        var random = new Random(length);
        float[] vector = [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextSingle()) - 1)];
        foreach (float scale in new[] { 0, 0.5f, 1 / 63f, 1 / 256f })
        {
            byte[] code = new byte[length];
            byte[] expected = new byte[length];

            CodedRow.Encode(vector, scale, CodedPanel.Zero, code);
            CodedRow.EncodeScalar(vector, scale, CodedPanel.Zero, expected);

            Assert.That(code, Is.EqualTo(expected));
            Assert.That(CodedRow.GetLargest(vector), Is.EqualTo(CodedRow.GetLargestScalar(vector)));
        }
    }

    [Test]
    public void Encode_OfValuesOutOfRange_StaysWithinTheLevels()
    {
        float[] vector = new float[32];
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue];
        odd.CopyTo(vector, 7);
        byte[] code = new byte[32];

        CodedRow.Encode(vector, 1, zero: 0, code);

        Assert.That(MemoryMarshal.Cast<byte, sbyte>(code).ToArray(), Is.All.InRange(-63, 63));
    }

    [TestCase(0)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(1e-44f)]
    public void GetScale_WithoutAUsableNorm_IsZero(float norm) =>
        Assert.That(CodedRow.GetScale(norm, largest: 0, dimensions: 64), Is.Zero);

    [Test]
    public void GetScale_KeepsProductsWithinSixteenBits(
        [Values(64, 128, 1024, 4096)] int dimensions, [Values(1e-20f, 1f, 1e18f)] float size, [Values] bool isSparse)
    {
        var random = new Random(dimensions);
        float[] vector = new float[dimensions];
        for (int i = 0; i < (isSparse ? 1 : dimensions); i++)
        {
            vector[i] = size * ((2 * random.NextSingle()) - 1);
        }

        float norm = (float)Math.Sqrt(vector.Sum(value => (double)value * value));
        byte[] code = new byte[dimensions];
        CodedRow.Encode(vector, CodedRow.GetScale(norm, CodedRow.GetLargest(vector), dimensions), zero: 0, code);

        int product = 0;
        foreach (sbyte level in MemoryMarshal.Cast<byte, sbyte>(code))
        {
            product += level * level;
        }

        Assert.That(product, Is.InRange(1, short.MaxValue));
    }
}
