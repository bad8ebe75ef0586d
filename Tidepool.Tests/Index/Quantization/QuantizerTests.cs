using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;

namespace Tidepool.Tests.Index.Quantization;

/// <summary>What both codes promise of the estimates made with them.</summary>
[TestFixture(1)]
[TestFixture(8)]
public sealed class QuantizerTests(int bits)
{
    [TestCase(64, 0.0)]
    [TestCase(112, 2.0)]
    [TestCase(128, 1.0)]
    [TestCase(768, 3.0)]
    public void Estimates_StayWithinTheirBound_AsOftenAsANormalErrorWould(int dimensions, double centerSize)
    {
        var random = new Random(dimensions);
        int outside = 0;
        int certainlyOutside = 0;
        double sum = 0;
        const int Pairs = 4000;
        for (int pair = 0; pair < Pairs; pair++)
        {
            float[] center = RandomVectors.Create(dimensions, random, centerSize);
            float[] residual = RandomVectors.Create(dimensions, random, 0.1 + random.NextDouble());
            float[] query = RandomVectors.Add(center, RandomVectors.Create(dimensions, random, random.NextDouble()));
            Trial trial = Measure(center, residual, query);
            outside += Math.Abs(trial.Missed) > trial.Bound + trial.Slack ? 1 : 0;
            certainlyOutside += Math.Abs(trial.Missed) > trial.CertainBound + trial.Slack ? 1 : 0;
            sum += trial.Missed / (trial.Bound / CodeFactors.Deviations);
        }

        // Beyond 1.9 deviations of a normal distribution are 5.7 %: on both sides, while a search looks at one.
        TestContext.Out.WriteLine($"{bits} bits: {100.0 * outside / Pairs} % outside, bias {sum / Pairs} deviations");
        Assert.That(certainlyOutside, Is.Zero);
        Assert.That((double)outside / Pairs, Is.LessThan(0.075));
        Assert.That(Math.Abs(sum / Pairs), Is.LessThan(4 / Math.Sqrt(Pairs)), "an unbiased estimate");
    }

    [TestCaseSource(typeof(RandomVectors), nameof(RandomVectors.AwkwardNames))]
    public void Estimates_OfAwkwardResiduals_StayWithinTheCertainBound(string name)
    {
        var random = new Random(1);
        foreach (string centerName in RandomVectors.AwkwardNames)
        {
            float[] residual = RandomVectors.CreateAwkward(name, 128, random);
            float[] center = RandomVectors.CreateAwkward(centerName, 128, random);

            CodeFactors factors = Encode(residual, center, out double[] code);

            Assert.That(
                float.IsFinite(factors.Add) && float.IsFinite(factors.Rescale) && float.IsFinite(factors.Error),
                $"{factors} of {name} around {centerName}");
            Assert.That(factors.Error, Is.GreaterThanOrEqualTo(0));
            double norm = Math.Sqrt(ScalarKernels.Dot(residual, residual));
            for (int i = 0; i < 10; i++)
            {
                // In double precision: what the factors say, whatever a float can add up.
                float[] offset = RandomVectors.Create(128, random, norm);
                double offsetSquare = ScalarKernels.Dot(offset, offset);
                double truth = (norm * norm) + offsetSquare - (2 * ScalarKernels.Dot(residual, offset));
                double product = code.Select((x, d) => x * ((double)center[d] + offset[d])).Sum();
                double estimate = factors.Add + offsetSquare + (factors.Rescale * product);
                double size = Math.Abs(factors.Add) + offsetSquare + code
                    .Select((x, d) => Math.Abs(factors.Rescale * x) * (Math.Abs(center[d]) + Math.Abs(offset[d])))
                    .Sum();

                double lowest = estimate - (factors.GetCertainError(128) * Math.Sqrt(offsetSquare)) - (size * 1e-6);
                Assert.That(lowest, Is.LessThanOrEqualTo(truth), $"{factors} of {name} around {centerName}");
            }
        }
    }

    [Test]
    public void WithRescale_OfANearbyFactor_MovesEstimatesByNoMoreThanItAddsToTheError()
    {
        var random = new Random(8);
        for (int i = 0; i < 500; i++)
        {
            float[] center = RandomVectors.Create(80, random, 3 * random.NextDouble());
            float[] residual = RandomVectors.Create(80, random, 0.1 + random.NextDouble());
            CodeFactors factors = Encode(residual, center, out double[] code);
            CodeFactors rounded = factors.WithRescale(factors.Rescale * (1 + ((random.NextSingle() - 0.5f) / 100)), 80);

            // Along the code itself a changed factor shows most.
            float[] along = [.. code.Select(x => (float)(x * random.NextDouble() * (i % 2 == 0 ? 1 : -1)))];
            foreach (float[] offset in new[] { new float[80], along, RandomVectors.Create(80, random) })
            {
                double product = code.Select((x, d) => x * ((double)center[d] + offset[d])).Sum();
                double moved = rounded.Add - factors.Add + ((rounded.Rescale - (double)factors.Rescale) * product);
                double allowed = (rounded.Error - (double)factors.Error) * Math.Sqrt(ScalarKernels.Dot(offset, offset));
                double slack = 1e-6 * (Math.Abs(factors.Add) + Math.Abs(factors.Rescale * product) + factors.Squares);
                Assert.That(Math.Abs(moved), Is.LessThanOrEqualTo((1.0001 * allowed) + slack));
            }
        }
    }

    [Test]
    public void Encode_OfAZeroResidual_IsExact()
    {
        float[] center = RandomVectors.Create(64, new Random(1));

        CodeFactors factors = Encode(new float[64], center, out _);

        Assert.That(factors, Is.EqualTo(default(CodeFactors)));
    }

    [TestCase(16)]
    [TestCase(64)]
    [TestCase(112)]
    [TestCase(192)]
    [TestCase(1536)]
    public void Encode_MatchesTheDefinition(int dimensions)
    {
        var random = new Random(dimensions);
        for (int i = 0; i < 50; i++)
        {
            float[] residual = RandomVectors.Create(dimensions, random);
            float[] center = RandomVectors.Create(dimensions, random);
            byte[] code = new byte[bits == 1 ? dimensions / 8 : dimensions];
            byte[] expectedCode = new byte[code.Length];

            CodeSums sums = bits == 1
                ? SignCode.Encode(residual, center, code)
                : ByteCode.Encode(residual, center, code);

            CodeSums expected = bits == 1
                ? SignCode.EncodeScalar(residual, center, expectedCode)
                : ByteCode.EncodeScalar(residual, center, expectedCode);
            Assert.That(CountDifferent(code, expectedCode), Is.LessThanOrEqualTo(bits == 1 ? 0 : 1));
            double size = Float32Kernels.Norm(center) * (bits == 1 ? 1 : 256) * Math.Sqrt(dimensions);
            Assert.That(sums.Squares, Is.EqualTo(expected.Squares).Within(1e-4).Percent);
            Assert.That(sums.Product, Is.EqualTo(expected.Product).Within(0.1).Percent);
            Assert.That(sums.CenterProduct, Is.EqualTo(expected.CenterProduct).Within(size * 1e-4));
            Assert.That(sums.Excess, Is.EqualTo(expected.Excess).Within(1).Percent);
        }
    }

    [Test]
    public void Estimates_OfNearAndFarVectors_AreInOrder()
    {
        var random = new Random(9);
        float[] center = RandomVectors.Create(256, random);
        float[] query = RandomVectors.Add(center, RandomVectors.Create(256, random));
        float[] towards = RandomVectors.Subtract(query, center);
        double last = double.MaxValue;
        for (int step = 0; step <= 9; step++)
        {
            // From far behind the center to almost the query.
            float[] noise = RandomVectors.Create(256, random, 0.1);
            float[] residual = [.. towards.Select((value, i) => (value * ((step / 5f) - 0.9f)) + noise[i])];
            double estimate = Measure(center, residual, query).Estimate;
            Assert.That(estimate, Is.LessThan(last), $"step {step}");
            last = estimate;
        }
    }

    [Test]
    public void Encode_OfSpansThatDoNotFit_IsRefused()
    {
        int bytes = bits == 1 ? 8 : 64;

        Assert.That(
            () => EncodeBytes(new float[64], new float[63], new byte[bytes]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => EncodeBytes(new float[64], new float[64], new byte[bytes - 1]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => EncodeBytes(new float[24], new float[24], new byte[bytes * 24 / 64]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static int CountDifferent(byte[] a, byte[] b) => a.Zip(b).Count(pair => pair.First != pair.Second);

    private Trial Measure(float[] center, float[] residual, float[] query)
    {
        CodeFactors factors = Encode(residual, center, out double[] code);
        float[] offset = RandomVectors.Subtract(query, center);
        double offsetSquare = ScalarKernels.SquaredEuclidean(query, center);
        double distance = ScalarKernels.SquaredEuclidean(offset, residual);
        double product = code.Select((x, i) => x * query[i]).Sum();
        double estimate = factors.Add + offsetSquare + (factors.Rescale * product);
        double offsetNorm = Math.Sqrt(offsetSquare);
        double slack = 1e-6 * (Math.Abs(factors.Add) + Math.Abs(factors.Rescale * product) + offsetSquare + distance);
        return new Trial(
            estimate,
            estimate - distance,
            factors.Error * offsetNorm,
            factors.GetCertainError(center.Length) * offsetNorm,
            slack);
    }

    private CodeFactors Encode(float[] residual, float[] center, out double[] code)
    {
        byte[] bytes = new byte[bits == 1 ? residual.Length / 8 : residual.Length];
        CodeFactors factors = EncodeBytes(residual, center, bytes);
        code = bits == 1
            ? [.. Enumerable.Range(0, residual.Length).Select(i => ((bytes[i / 8] >> (i % 8)) & 1) - 0.5)]
            : [.. bytes.Select(value => value - 127.5)];
        return factors;
    }

    private CodeFactors EncodeBytes(float[] residual, float[] center, byte[] code) => bits == 1
        ? SignQuantizer.Encode(residual, center, code)
        : new ScalarQuantizer(residual.Length).Encode(residual, center, code);

    private sealed record Trial(double Estimate, double Missed, double Bound, double CertainBound, double Slack);
}
