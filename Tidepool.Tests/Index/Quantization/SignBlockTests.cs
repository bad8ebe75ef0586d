using NUnit.Framework;
using Tidepool.Index.Quantization;

namespace Tidepool.Tests.Index.Quantization;

public sealed class SignBlockTests
{
    [TestCase(16)]
    [TestCase(64)]
    [TestCase(112)]
    [TestCase(192)]
    [TestCase(1024)]
    public void Pack_PutsEachBitInItsPlace(int dimensions)
    {
        int stride = SignBlock.GetRowStride(dimensions);
        byte[] signs = new byte[SignBlock.Rows * stride];
        new Random(dimensions).NextBytes(signs);
        byte[] block = new byte[dimensions * 4];
        Array.Fill(block, (byte)0xAA);

        SignBlock.Pack(signs, dimensions, block);

        byte[] expected = new byte[block.Length];
        for (int row = 0; row < SignBlock.Rows; row++)
        {
            for (int dimension = 0; dimension < dimensions; dimension++)
            {
                int bit = (signs[(row * stride) + (dimension / 8)] >> (dimension % 8)) & 1;
                int m = row % 16 < 8 ? 2 * (row % 8) : (2 * (row % 8)) + 1;
                int shift = 3 - (dimension % 4) + (row >= 16 ? 4 : 0);
                expected[(dimension / 4 * 16) + m] |= (byte)(bit << shift);
            }
        }

        Assert.That(block, Is.EqualTo(expected));
    }

    [Test]
    public void GetRow_NamesEachOfSixteenRowsOnce()
    {
        int[] rows = [.. Enumerable.Range(0, 16).Select(SignBlock.GetRow)];

        Assert.That(rows, Is.EqualTo([0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15]));
    }

    [Test]
    public void Pack_OfSizesThatDoNotFit_IsRefused()
    {
        Assert.That(
            () => SignBlock.Pack(new byte[32 * 8], 64, new byte[255]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => SignBlock.Pack(new byte[31 * 8], 64, new byte[256]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
