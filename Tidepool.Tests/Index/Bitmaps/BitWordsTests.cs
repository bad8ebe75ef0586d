using NUnit.Framework;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Tests.Index.Bitmaps;

public sealed class BitWordsTests
{
    [Test]
    public void CopyRange_BetweenAnyPlaces_CopiesBitByBit([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        bool[] source = CreateBits(random, 512);
        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(0, 300);
            int sourceBit = random.Next(0, 512 - count + 1);
            int targetBit = random.Next(0, 512 - count + 1);
            var target = new ulong[8];

            BitWords.CopyRange(ToWords(source), sourceBit, target, targetBit, count);

            var expected = new bool[512];
            source.AsSpan(sourceBit, count).CopyTo(expected.AsSpan(targetBit));
            Assert.That(target, Is.EqualTo(ToWords(expected)), $"{sourceBit} -> {targetBit}, {count} bits");
        }
    }

    [Test]
    public void SetRange_OfAnyPlace_SetsThoseBits([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        int count = random.Next(0, 300);
        int first = random.Next(0, 512 - count + 1);
        var words = new ulong[8];

        BitWords.SetRange(words, first, count);

        var expected = new bool[512];
        expected.AsSpan(first, count).Fill(true);
        Assert.That(words, Is.EqualTo(ToWords(expected)));
    }

    [Test]
    public void Read_AtEveryBit_GivesTheNext64()
    {
        bool[] bits = CreateBits(new Random(1), 256);
        ulong[] words = ToWords(bits);
        for (int bit = 0; bit < 400; bit++)
        {
            bool[] next = [.. bits.Skip(bit).Take(64)];
            Array.Resize(ref next, 64);
            Assert.That(BitWords.Read(words, bit), Is.EqualTo(ToWords(next)[0]), $"bit {bit}");
        }
    }

    [TestCase(0, 0)]
    [TestCase(1, 1)]
    [TestCase(64, 1)]
    [TestCase(65, 2)]
    [TestCase(int.MaxValue, 33_554_432)]
    public void CountFor_RowCount_RoundsUp(int bitCount, int expected) =>
        Assert.That(BitWords.CountFor(bitCount), Is.EqualTo(expected));

    private static bool[] CreateBits(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0)];

    private static ulong[] ToWords(bool[] bits)
    {
        var words = new ulong[(bits.Length + 63) / 64];
        for (int i = 0; i < bits.Length; i++)
        {
            words[i / 64] |= bits[i] ? 1UL << (i % 64) : 0;
        }

        return words;
    }
}
