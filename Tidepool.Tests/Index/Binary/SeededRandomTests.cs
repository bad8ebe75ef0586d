using NUnit.Framework;
using Tidepool.Index.Binary;

namespace Tidepool.Tests.Index.Binary;

public sealed class SeededRandomTests
{
    [Test]
    public void NextUInt64_FollowsSplitMix64()
    {
        // The first numbers of the published generator for seed 1234567.
        var random = new SeededRandom(1234567);

        Assert.That(random.NextUInt64(), Is.EqualTo(6457827717110365317UL));
        Assert.That(random.NextUInt64(), Is.EqualTo(3203168211198807973UL));
        Assert.That(random.NextUInt64(), Is.EqualTo(9817491932198370423UL));
    }

    [Test]
    public void Next_StaysBelowTheBoundAndReachesAll()
    {
        var random = new SeededRandom(1);
        int[] counts = new int[7];
        for (int i = 0; i < 7_000; i++)
        {
            counts[random.Next(7)]++;
        }

        Assert.That(counts, Is.All.InRange(850, 1_150));
    }

    [Test]
    public void NextDouble_IsPositiveAndAtMostOne()
    {
        var random = new SeededRandom(2);
        double[] numbers = [.. Enumerable.Range(0, 10_000).Select(_ => random.NextDouble())];

        Assert.That(numbers, Is.All.GreaterThan(0).And.All.LessThanOrEqualTo(1));
        Assert.That(numbers.Average(), Is.EqualTo(0.5).Within(0.02));
    }

    [Test]
    public void Choose_TakesDifferentValuesToTheFront()
    {
        int[] values = [.. Enumerable.Range(0, 100)];

        new SeededRandom(3).Choose<int>(values, 10);

        Assert.That(values.Take(10), Is.Unique.And.Not.Ordered);
        Assert.That(values, Is.EquivalentTo(Enumerable.Range(0, 100)));
    }
}
