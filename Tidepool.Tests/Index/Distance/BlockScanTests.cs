using System.Runtime.InteropServices;
using NUnit.Framework;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Distance;

internal sealed class BlockScanTests
{
    private static readonly int[] s_dimensions = [64, 128, 192, 320, 1024, 1088, 2112];

    [TestCaseSource(nameof(s_dimensions))]
    public void SelectBelow_AnyThreshold_AgreesWithTheDefinition(int dimensions)
    {
        (byte[] block, byte[] table, BlockBounds bounds) = Make(dimensions, seed: dimensions);
        float[] estimates = new float[BlockScan.Rows];
        BlockScan.Estimate(block, table, bounds, estimates);
        float middle = estimates.Order().ElementAt(BlockScan.Rows / 2);

        for (int step = -20; step <= 20; step++)
        {
            float threshold = middle + (step * MathF.Abs(middle) * 0.05f);
            uint expected = BlockScan.SelectBelowScalar(block, table, bounds, threshold);
            uint found = BlockScan.SelectBelow(block, table, bounds, threshold);
            float slack = MathF.Abs(middle) * 1e-4f; // Rounding may decide rows that lie on the threshold.
            uint surely = BlockScan.SelectBelowScalar(block, table, bounds, threshold - slack);
            uint perhaps = BlockScan.SelectBelowScalar(block, table, bounds, threshold + slack);
            Assert.That(found & surely, Is.EqualTo(surely), $"{expected:X8} {found:X8}");
            Assert.That(found & ~perhaps, Is.Zero, $"{expected:X8} {found:X8}");
        }
    }

    [TestCaseSource(nameof(s_dimensions))]
    public void SelectBelow_WithoutErrors_SelectsByEstimate(int dimensions)
    {
        (byte[] block, byte[] table, BlockBounds bounds) = Make(dimensions, seed: dimensions + 1);
        bounds = bounds with { Error = 0 };
        float[] estimates = new float[BlockScan.Rows];
        BlockScan.Estimate(block, table, bounds, estimates);
        float[] sorted = [.. estimates.Order()];
        float threshold = (sorted[9] + sorted[10]) / 2;

        uint found = BlockScan.SelectBelow(block, table, bounds, threshold);

        for (int row = 0; row < BlockScan.Rows; row++)
        {
            Assert.That((found >> row & 1) != 0, Is.EqualTo(estimates[row] < threshold), $"row {row}");
        }
    }

    [Test]
    public void SelectBelow_LargestEntriesEverywhere_DoesNotOverflow()
    {
        foreach (int dimensions in s_dimensions)
        {
            (byte[] block, byte[] table, BlockBounds bounds) = Make(dimensions, seed: 3);
            table.AsSpan().Fill(255);
            float[] estimates = new float[BlockScan.Rows];

            BlockScan.Estimate(block, table, bounds, estimates);

            ReadOnlySpan<float> factors = MemoryMarshal.Cast<byte, float>(block.AsSpan(table.Length));
            float product = (255 * dimensions / 4 * bounds.Scale) + bounds.Offset;
            for (int row = 0; row < BlockScan.Rows; row++)
            {
                float expected = factors[row] + bounds.CenterSquared + (factors[BlockScan.Rows + row] * product);
                Assert.That(estimates[row], Is.EqualTo(expected).Within(1e-4).Percent);
            }
        }
    }

    [Test]
    public void SelectBelow_BlockOfAnotherSize_IsRefused()
    {
        byte[] table = new byte[64 * 4];
        byte[] block = new byte[BlockScan.GetSizeBytes(64) - 1];

        Assert.That(() => BlockScan.SelectBelow(block, table, default, 0), Throws.InstanceOf<ArgumentException>());
    }

    private static (byte[] Block, byte[] Table, BlockBounds Bounds) Make(int dimensions, int seed)
    {
        var random = new Random(seed);
        byte[] block = new byte[BlockScan.GetSizeBytes(dimensions)];
        byte[] table = new byte[dimensions * 4];
        random.NextBytes(block);
        random.NextBytes(table);
        Span<float> factors = MemoryMarshal.Cast<byte, float>(block.AsSpan(table.Length));
        for (int row = 0; row < BlockScan.Rows; row++)
        {
            factors[row] = 5 + (2 * random.NextSingle());
            factors[BlockScan.Rows + row] = -random.NextSingle() * 0.1f;
        }

        return (block, table, new BlockBounds(0.01f, -3 * (dimensions / 64f), 0.4f, 2));
    }
}
