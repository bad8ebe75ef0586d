using System.Runtime.InteropServices;
using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Index.Distance;

public sealed class HalfRowsTests
{
    private static IEnumerable<int> Lengths => Enumerable.Range(0, 70).Concat([96, 100, 128, 768, 1000]);

    [Test]
    public void Encode_OfEveryHalf_GivesItBack()
    {
        Half[] halves = [.. Enumerable.Range(0, 0x10000)
            .Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).Where(Half.IsFinite)];
        Half[] encoded = new Half[halves.Length];

        HalfRows.Encode([.. halves.Select(half => (float)half)], encoded);

        Assert.That(Bits(encoded), Is.EqualTo(Bits(halves)));
    }

    [Test]
    public void Encode_BetweenHalves_RoundsAsTheFrameworkDoes()
    {
        List<float> between = [0, float.Epsilon, -float.Epsilon, 1e-8f, 2.98e-8f, 2.99e-8f];
        for (int bits = 0; bits < 0x7BFF; bits++)
        {
            // Exactly in the middle, and next to it on both sides.
            float middle = ((float)BitConverter.UInt16BitsToHalf((ushort)bits)
                + (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1))) / 2;
            between.AddRange([middle, -middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle)]);
        }

        Half[] encoded = new Half[between.Count];

        HalfRows.Encode([.. between], encoded);

        Assert.That(Bits(encoded), Is.EqualTo(Bits([.. between.Select(value => (Half)value)])));
    }

    [TestCase(65504f, 65504f)]
    [TestCase(65520f, 65504f)]
    [TestCase(-70000f, -65504f)]
    [TestCase(float.MaxValue, 65504f)]
    [TestCase(-float.MaxValue, -65504f)]
    public void Encode_OfLargeNumbers_Saturates(float value, float expected)
    {
        float[] values = new float[67];
        Array.Fill(values, value);
        Half[] encoded = new Half[67];

        HalfRows.Encode(values, encoded);

        Assert.That(encoded, Has.All.EqualTo((Half)expected));
    }

    [Test]
    public void Encode_BetweenGuardPages_WritesNothingOutside()
    {
        using var source = new GuardedMemory(1024);
        using var target = new GuardedMemory(1024);
        var random = new Random(3);
        foreach (int length in Lengths)
        {
            Span<float> values = source.AtEnd(length);
            Span<Half> halves = MemoryMarshal.Cast<float, Half>(target.AtEnd((length + 1) / 2))[^length..];
            KernelCases.Fill(values, random);

            HalfRows.Encode(values, halves);

            Half[] expected = new Half[length];
            HalfRows.EncodeScalar(values, expected);
            Assert.That(Bits(halves.ToArray()), Is.EqualTo(Bits(expected)), $"{length} numbers");
        }
    }

    [Test]
    public void Sums_BetweenGuardPages_MatchTheDefinition()
    {
        using var queryMemory = new GuardedMemory(1024);
        using var rowMemory = new GuardedMemory(1024);
        var random = new Random(4);
        foreach (int length in Lengths)
        {
            Span<float> query = queryMemory.AtEnd(length);
            Span<Half> row = MemoryMarshal.Cast<float, Half>(rowMemory.AtEnd((length + 1) / 2))[^length..];
            float[] values = new float[length];
            KernelCases.Fill(query, random);
            KernelCases.Fill(values, random);
            HalfRows.EncodeScalar(values, row);
            float[] rounded = [.. row.ToArray().Select(half => (float)half)];

            double dot = ScalarKernels.Dot(query, rounded);
            double squares = ScalarKernels.SquaredEuclidean(query, rounded);
            Assert.That(
                (double)HalfRows.Dot(query, row),
                Is.EqualTo(dot).Within(KernelCases.Tolerance(query, rounded, dot)),
                $"{length} dimensions");
            Assert.That(
                (double)HalfRows.SquaredEuclidean(query, row),
                Is.EqualTo(squares).Within(KernelCases.Tolerance(query, rounded, squares)),
                $"{length} dimensions");
            Assert.That(
                (double)HalfRows.ComputeScalar<DotTerm>(query, row),
                Is.EqualTo(dot).Within(4 * KernelCases.Tolerance(query, rounded, dot)));
        }
    }

    [Test]
    public void Dot_OfEachFiniteHalf_IsExact()
    {
        // Alone among zeros in each lane in turn.
        Half[] row = new Half[32];
        float[] query = new float[32];
        Array.Fill(query, 1);
        for (int bits = 0; bits < 0x10000; bits++)
        {
            var half = BitConverter.UInt16BitsToHalf((ushort)bits);
            if (Half.IsFinite(half))
            {
                row[bits % 32] = half;
                if (HalfRows.Dot(query, row) != (float)half)
                {
                    Assert.Fail($"{half}: {HalfRows.Dot(query, row)}");
                }

                row[bits % 32] = default;
            }
        }
    }

    [Test]
    public void Sums_OfAnyBits_AreNumbers()
    {
        var random = new Random(5);
        byte[] bytes = new byte[2 * 100];
        float[] query = new float[100];
        for (int i = 0; i < 200; i++)
        {
            random.NextBytes(bytes);
            KernelCases.Fill(query, random);

            float sum = HalfRows.Dot(query, MemoryMarshal.Cast<byte, Half>(bytes));

            Assert.That(float.IsFinite(sum), Is.True);
        }
    }

    [Test]
    public void Spans_OfDifferentLengths_AreRefused()
    {
        Assert.That(
            () => HalfRows.Encode(new float[4], new Half[3]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => HalfRows.Dot(new float[4], new Half[5]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static ushort[] Bits(Half[] halves) => [.. halves.Select(BitConverter.HalfToUInt16Bits)];
}
