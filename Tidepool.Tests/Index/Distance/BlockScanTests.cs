using System.Runtime.InteropServices;
using NUnit.Framework;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Distance;

internal sealed class BlockScanTests
{
    private static readonly int[] s_dimensions = [16, 32, 48, 64, 112, 128, 192, 320, 1088, 4096, 4112];

    [TestCaseSource(nameof(s_dimensions))]
    public void Bound_AnyBlock_AgreesWithTheDefinition(int dimensions)
    {
        (byte[] block, byte[] table, BlockBounds bounds) = Make(dimensions, seed: dimensions);
        float[] expected = new float[BlockScan.Rows];
        BlockScan.BoundScalar(block, table, bounds, expected);
        float[] found = new float[BlockScan.Rows];

        BlockScan.Bound(block, table, bounds, found);

        Assert.That(found, Is.EqualTo(expected).Within(1e-3).Percent);
    }

    [TestCaseSource(nameof(s_dimensions))]
    public void SelectBelow_AnyThreshold_SelectsByBound(int dimensions)
    {
        (byte[] block, byte[] table, BlockBounds bounds) = Make(dimensions, seed: dimensions + 1);
        float[] lower = new float[BlockScan.Rows];
        BlockScan.Bound(block, table, bounds, lower);
        float[] sorted = [.. lower.Order()];
        for (int count = 1; count < BlockScan.Rows; count++)
        {
            float threshold = (sorted[count - 1] + sorted[count]) / 2;
            uint expected = 0;
            for (int row = 0; row < BlockScan.Rows; row++)
            {
                expected |= lower[row] < threshold ? 1u << row : 0;
            }

            Assert.That(BlockScan.SelectBelow(block, table, bounds, threshold), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Bound_LargestEntriesEverywhere_DoesNotOverflow()
    {
        foreach (int dimensions in s_dimensions)
        {
            (byte[] block, byte[] table, BlockBounds bounds) = Make(dimensions, seed: 3);
            table.AsSpan().Fill(BlockScan.MaxEntry);
            float[] lower = new float[BlockScan.Rows];

            BlockScan.Bound(block, table, bounds, lower);

            ReadOnlySpan<ushort> factors = MemoryMarshal.Cast<byte, ushort>(block.AsSpan(table.Length));
            float product = (BlockScan.MaxEntry * dimensions / 4 * bounds.Scale) + bounds.Offset + bounds.Error;
            for (int row = 0; row < BlockScan.Rows; row++)
            {
                // Their sum may come near zero: rounding is as large as the parts are.
                double add = BFloat16.ToSingle(factors[row]);
                double rescaled = (double)BFloat16.ToSingle(factors[BlockScan.Rows + row]) * product;
                double expected = add + bounds.CenterSquared + rescaled;
                double parts = Math.Abs(add) + bounds.CenterSquared + Math.Abs(rescaled);
                Assert.That(lower[row], Is.EqualTo(expected).Within(1e-6 * parts));
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
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = (byte)random.Next(BlockScan.MaxEntry + 1);
        }

        Span<ushort> factors = MemoryMarshal.Cast<byte, ushort>(block.AsSpan(table.Length));
        for (int row = 0; row < BlockScan.Rows; row++)
        {
            factors[row] = BFloat16.Round(5 + (2 * random.NextSingle()));
            factors[BlockScan.Rows + row] = BFloat16.Round(-random.NextSingle() * 0.1f);
        }

        return (block, table, new BlockBounds(0.01f, -3 * (dimensions / 64f), 0.4f, 2));
    }
}
