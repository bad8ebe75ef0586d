using NUnit.Framework;
using Tidepool.Index.Quantization;

namespace Tidepool.Tests.Index.Quantization;

public sealed class SplitMix64Tests
{
    [Test]
    public void Next_GivesThePublishedNumbers()
    {
        var random = new SplitMix64(1234567);

        ulong[] numbers = [random.Next(), random.Next(), random.Next()];

        Assert.That(numbers, Is.EqualTo([6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL]));
    }

    [Test]
    public void NextBelow_ReachesEveryNumberEvenly()
    {
        var random = new SplitMix64(1);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.Next(counts.Length)]++;
        }

        Assert.That(counts, Has.All.InRange(9_500, 10_500));
    }
}
