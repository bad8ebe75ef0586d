using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;

namespace Tidepool.Tests.Index.Quantization;

public sealed class ProductQuantizerTests
{
    private const int Dimensions = 128;

    [Test]
    public void Train_WithTheSameRowsAndSeed_GivesTheSameBooks()
    {
        float[] rows = RandomVectors.Create(100 * Dimensions, new Random(1));

        float[] first = ProductQuantizer.Train(rows, Dimensions, seed: 5).Codebooks;

        Assert.That(ProductQuantizer.Train(rows, Dimensions, seed: 5).Codebooks, Is.EqualTo(first));
        Assert.That(ProductQuantizer.Train(rows, Dimensions, seed: 6).Codebooks, Is.Not.EqualTo(first));
    }

    [Test]
    public void Train_OnSixteenPoints_FindsThem()
    {
        // Of each group, 16 points far from each other: all corners of a cube, and noise.
        var random = new Random(2);
        float[] rows = RandomVectors.Create(4000 * Dimensions, random, 0.01);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] += random.Next(2) == 0 ? -1 : 1;
        }

        ProductQuantizer quantizer = ProductQuantizer.Train(rows, Dimensions, seed: 1);

        // Lloyd's algorithm may leave a corner without a centroid of its own; hardly more than a few of 16.
        double missed = Enumerable.Range(0, 200).Average(row => MissedShare(quantizer, rows, row));
        Assert.That(missed, Is.LessThan(0.15));
    }

    [Test]
    public void Encode_AfterTraining_MissesLessThanSigns()
    {
        var random = new Random(3);
        float[] rows = RandomVectors.Create(4000 * Dimensions, random);
        ProductQuantizer quantizer = ProductQuantizer.Train(rows, Dimensions, seed: 1);
        double missed = Enumerable.Range(0, 200).Average(row => MissedShare(quantizer, rows, row));

        // The best multiple of the signs misses 1 - 2/π of a Gaussian vector's square.
        TestContext.Out.WriteLine($"{missed:F3} of the square is missed");
        Assert.That(missed, Is.LessThan(1 - (2 / Math.PI)));
    }

    [Test]
    public void Encode_ThenDecode_GivesTheNearestCentroids()
    {
        var random = new Random(4);
        ProductQuantizer quantizer = Create(random, out float[] rows);
        byte[] nibbles = new byte[ProductQuantizer.GetCodeSize(Dimensions)];
        float[] code = new float[Dimensions];
        byte[] expected = new byte[Dimensions / 4];
        for (int row = 0; row < 20; row++)
        {
            float[] residual = rows[(row * Dimensions)..((row + 1) * Dimensions)];
            quantizer.Encode(residual, new float[Dimensions], nibbles);
            quantizer.Decode(nibbles, code);

            Codebooks.FindNearestScalar(quantizer.Codebooks, residual, expected);
            for (int i = 0; i < Dimensions; i++)
            {
                float centroid = quantizer.Codebooks[(i / 4 * 64) + (i % 4 * 16) + expected[i / 4]];
                Assert.That(code[i], Is.EqualTo(centroid));
            }
        }
    }

    [Test]
    public void Scan_OfAPackedBlock_EstimatesDistances()
    {
        var random = new Random(5);
        ProductQuantizer quantizer = Create(random, out float[] rows);
        float[] center = RandomVectors.Create(Dimensions, random);
        float[] query = RandomVectors.Add(center, RandomVectors.Create(Dimensions, random));
        int codeSize = ProductQuantizer.GetCodeSize(Dimensions);
        byte[] nibbles = new byte[32 * codeSize];
        byte[] block = new byte[BlockScan.GetSizeBytes(Dimensions)];
        Span<ushort> blockFactors = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(
            block.AsSpan(Dimensions * 4));
        var factors = new CodeFactors[32];
        for (int row = 0; row < 32; row++)
        {
            factors[row] = quantizer.Encode(
                rows.AsSpan(row * Dimensions, Dimensions), center, nibbles.AsSpan(row * codeSize, codeSize));
            blockFactors[row] = BFloat16.RoundDown(factors[row].Add);
            blockFactors[32 + row] = BFloat16.Round(factors[row].Rescale);
        }

        SignBlock.Pack(nibbles, Dimensions, block.AsSpan(0, Dimensions * 4));
        byte[] table = new byte[Dimensions * 4];
        quantizer.BuildTable(query, table, out float scale, out float offset, out float error);
        double offsetSquare = ScalarKernels.SquaredEuclidean(query, center);
        float[] estimates = new float[32];
        var bounds = new BlockBounds(scale, offset, Error: 0, (float)offsetSquare);
        BlockScan.Bound(block, table, bounds, estimates);

        float[] code = new float[Dimensions];
        for (int row = 0; row < 32; row++)
        {
            quantizer.Decode(nibbles.AsSpan(row * codeSize, codeSize), code);
            double product = ScalarKernels.Dot(code, query);
            double withoutTable = BFloat16.ToSingle(blockFactors[row]) + offsetSquare
                + (BFloat16.ToSingle(blockFactors[32 + row]) * product);
            double withoutRounding = factors[row].Add + offsetSquare + (factors[row].Rescale * product);
            double tableError = Math.Abs(factors[row].Rescale) * error * (1 + BFloat16.RoundingError);
            float[] vector = RandomVectors.Add(center, rows[(row * Dimensions)..((row + 1) * Dimensions)]);
            double distance = ScalarKernels.SquaredEuclidean(query, vector);
            double bound = factors[row].GetCertainError(Dimensions) * Math.Sqrt(offsetSquare);
            Assert.That(estimates[row], Is.EqualTo(withoutTable).Within(tableError));
            Assert.That(withoutRounding, Is.EqualTo(distance).Within(bound + 1e-3));
        }
    }

    [TestCaseSource(typeof(RandomVectors), nameof(RandomVectors.AwkwardNames))]
    public void TrainAndEncode_OfAwkwardRows_KeepTheirBounds(string name)
    {
        var random = new Random(6);
        float[] rows = [.. Enumerable.Range(0, 40).SelectMany(_ =>
            RandomVectors.CreateAwkward(name, Dimensions, random))];
        ProductQuantizer quantizer = ProductQuantizer.Train(rows, Dimensions, seed: 1);
        float[] residual = rows[..Dimensions];
        float[] center = RandomVectors.Create(Dimensions, random);
        byte[] nibbles = new byte[ProductQuantizer.GetCodeSize(Dimensions)];

        CodeFactors factors = quantizer.Encode(residual, center, nibbles);

        Assert.That(
            float.IsFinite(factors.Add) && float.IsFinite(factors.Rescale) && float.IsFinite(factors.Error),
            factors.ToString());
        float[] code = new float[Dimensions];
        quantizer.Decode(nibbles, code);
        double norm = Math.Sqrt(ScalarKernels.Dot(residual, residual));
        float[] offset = RandomVectors.Create(Dimensions, random, norm);
        double offsetSquare = ScalarKernels.Dot(offset, offset);
        double truth = (norm * norm) + offsetSquare - (2 * ScalarKernels.Dot(residual, offset));
        double product = factors.Rescale == 0 ? 0 : code.Select((x, i) => x * ((double)center[i] + offset[i])).Sum();
        double estimate = factors.Add + offsetSquare + (factors.Rescale * product);
        double size = Math.Abs(factors.Add) + offsetSquare + Math.Abs(factors.Rescale * product);
        double lowest = estimate - (factors.GetCertainError(Dimensions) * Math.Sqrt(offsetSquare)) - (size * 1e-6)
            - float.Epsilon;
        Assert.That(lowest, Is.LessThanOrEqualTo(truth), factors.ToString());
    }

    [TestCaseSource(typeof(RandomVectors), nameof(RandomVectors.AwkwardNames))]
    public void BuildTable_ForAwkwardQueries_StaysWithinItsError(string name)
    {
        var random = new Random(7);
        ProductQuantizer quantizer = Create(random, out _);
        float[] query = RandomVectors.CreateAwkward(name, Dimensions, random);
        byte[] table = new byte[Dimensions * 4];
        byte[] nibbles = new byte[ProductQuantizer.GetCodeSize(Dimensions)];
        float[] code = new float[Dimensions];

        quantizer.BuildTable(query, table, out float scale, out float offset, out float error);

        Assert.That(float.IsFinite(scale) && float.IsFinite(offset) && float.IsFinite(error), Is.True);
        Assert.That(error == float.MaxValue, Is.EqualTo(name == "largest numbers"), "Only these overflow a float.");
        for (int i = 0; i < 20; i++)
        {
            random.NextBytes(nibbles);
            quantizer.Decode(nibbles, code);
            int sum = 0;
            for (int group = 0; group < Dimensions / 4; group++)
            {
                int reversed = (nibbles[group / 2] >> (group % 2 * 4)) & 15;
                int centroid = ((reversed & 1) << 3) | ((reversed & 2) << 1) | ((reversed & 4) >> 1) | (reversed >> 3);
                sum += table[(group * 16) + centroid];
            }

            double estimate = ((double)sum * scale) + offset;
            double size = code.Select((x, d) => Math.Abs((double)x * query[d])).Sum();
            Assert.That(
                Math.Abs(estimate - ScalarKernels.Dot(code, query)),
                Is.LessThanOrEqualTo(error == float.MaxValue ? size : error + (size * 1e-5) + 1e-42));
        }
    }

    [Test]
    public void Train_OnOneRow_ReproducesIt()
    {
        float[] row = RandomVectors.Create(Dimensions, new Random(8));

        ProductQuantizer quantizer = ProductQuantizer.Train(row, Dimensions, seed: 1);

        Assert.That(MissedShare(quantizer, row, 0), Is.LessThan(1e-5));
    }

    [Test]
    public void StateOfAnotherSize_IsRefused()
    {
        Assert.That(() => new ProductQuantizer(64, new float[1023]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ProductQuantizer(65, new float[1040]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => ProductQuantizer.Train([], 64, seed: 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => ProductQuantizer.Train(new float[65], 64, seed: 1),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static ProductQuantizer Create(Random random, out float[] rows)
    {
        rows = RandomVectors.Create(500 * Dimensions, random);
        return ProductQuantizer.Train(rows, Dimensions, seed: 1);
    }

    /// <summary>|r - x|² / |r|².</summary>
    private static double MissedShare(ProductQuantizer quantizer, float[] rows, int row)
    {
        ReadOnlySpan<float> residual = rows.AsSpan(row * Dimensions, Dimensions);
        byte[] nibbles = new byte[ProductQuantizer.GetCodeSize(Dimensions)];
        float[] code = new float[Dimensions];
        quantizer.Encode(residual, new float[Dimensions], nibbles);
        quantizer.Decode(nibbles, code);
        return ScalarKernels.SquaredEuclidean(residual, code) / ScalarKernels.Dot(residual, residual);
    }
}
