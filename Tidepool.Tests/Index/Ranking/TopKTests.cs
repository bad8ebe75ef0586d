using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Tidepool.Index.Ranking;

namespace Tidepool.Tests.Index.Ranking;

public sealed class TopKTests
{
    [Test]
    public void Offer_InAnyOrder_KeepsTheFirstByDistanceAndRowOrder() =>
        Prop.ForAll<byte[], byte, bool>((values, small, backwards) =>
        {
            // Few different distances, so that most rows tie.
            int k = (small % 20) + 1;
            IRowOrder? order = backwards ? new BackwardsOrder() : null;
            ScoredRow[] rows = [.. values.Select((value, ordinal) => new ScoredRow(value % 7, ordinal))];
            var top = new TopK();
            top.Reset(k, maxDistance: 5, order);

            foreach (ScoredRow row in rows)
            {
                top.Offer(row.Distance, row.Ordinal);
            }

            IEnumerable<ScoredRow> expected = rows
                .Where(row => row.Distance <= 5)
                .OrderBy(row => row.Distance)
                .ThenBy(row => backwards ? -row.Ordinal : row.Ordinal)
                .Take(k);
            return Drain(top).SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Offer_TenThousandOfMany_KeepsThemInOrder()
    {
        var random = new Random(11);
        float[] distances = [.. Enumerable.Range(0, 100_000).Select(_ => (float)random.Next(50_000))];
        var top = new TopK();
        top.Reset(10_000);

        for (int ordinal = 0; ordinal < distances.Length; ordinal++)
        {
            top.Offer(distances[ordinal], ordinal);
        }

        IEnumerable<int> expected =
            Enumerable.Range(0, distances.Length).OrderBy(ordinal => distances[ordinal]).ThenBy(o => o).Take(10_000);
        Assert.That(Drain(top).Select(row => row.Ordinal), Is.EqualTo(expected));
    }

    [Test]
    public void Bound_IsTheLimitUntilFullAndThenTheWorstDistance()
    {
        var top = new TopK();
        top.Reset(k: 2, maxDistance: 9);
        Assert.That(top.Bound, Is.EqualTo(9));

        top.Offer(3, 0);
        Assert.That(top.Bound, Is.EqualTo(9));

        top.Offer(5, 1);
        Assert.That(top.Bound, Is.EqualTo(5));

        top.Offer(4, 2);
        Assert.That(top.Bound, Is.EqualTo(4));
    }

    [Test]
    public void MaxDistance_IsInclusive()
    {
        var top = new TopK();
        top.Reset(k: 5, maxDistance: 2);

        top.Offer(2, 0);
        top.Offer(MathF.BitIncrement(2), 1);

        Assert.That(Drain(top), Is.EqualTo(new[] { new ScoredRow(2, 0) }));
    }

    [Test]
    public void NaN_CountsAsInfinity()
    {
        var top = new TopK();
        top.Reset(k: 3);
        top.Offer(float.NaN, 3);
        top.Offer(1, 2);
        top.Offer(float.PositiveInfinity, 1);
        top.Offer(7, 4);

        Assert.That(
            Drain(top),
            Is.EqualTo(new[] { new ScoredRow(1, 2), new ScoredRow(7, 4), new ScoredRow(float.PositiveInfinity, 1) }));
    }

    [Test]
    public void NaN_WithAFiniteLimit_IsNotKept()
    {
        var top = new TopK();
        top.Reset(k: 3, maxDistance: float.MaxValue);

        top.Offer(float.NaN, 0);

        Assert.That(top.Count, Is.Zero);
    }

    [Test]
    public void Zeros_OfEitherSign_Tie()
    {
        var top = new TopK();
        top.Reset(k: 1);

        top.Offer(-0f, 1);
        top.Offer(0f, 0);

        Assert.That(Drain(top).Single().Ordinal, Is.Zero);
    }

    [Test]
    public void Reset_AfterAnUnfinishedQuery_StartsEmpty()
    {
        var top = new TopK();
        top.Reset(k: 1, maxDistance: 1, new BackwardsOrder());
        top.Offer(0.5f, 7);

        top.Reset(k: 2);
        top.Offer(3, 1);
        top.Offer(3, 0);
        top.Offer(3, 2);

        Assert.That(Drain(top), Is.EqualTo(new[] { new ScoredRow(3, 0), new ScoredRow(3, 1) }));
    }

    [Test]
    public void K_LargerThanThereAreRows_TakesNoMemoryForIt()
    {
        var top = new TopK();
        long before = GC.GetAllocatedBytesForCurrentThread();

        top.Reset(int.MaxValue);
        for (int ordinal = 0; ordinal < 1000; ordinal++)
        {
            top.Offer(-ordinal, ordinal);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
        Assert.That(Drain(top).Select(row => row.Ordinal), Is.EqualTo(Enumerable.Range(0, 1000).Reverse()));
    }

    [Test]
    public void Queries_AfterTheFirst_AllocateNothing()
    {
        var top = new TopK();
        ScoredRow[] sorted = new ScoredRow[100];
        Query();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Query();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Query()
        {
            top.Reset(100);
            for (int ordinal = 0; ordinal < 1000; ordinal++)
            {
                top.Offer(ordinal % 37, ordinal);
            }

            top.DrainSorted(sorted);
        }
    }

    private static ScoredRow[] Drain(TopK top)
    {
        ScoredRow[] sorted = new ScoredRow[top.Count];
        int count = top.DrainSorted(sorted);
        Assert.That(count, Is.EqualTo(sorted.Length));
        Assert.That(top.Count, Is.Zero);
        return sorted;
    }

    private sealed class BackwardsOrder : IRowOrder
    {
        public int Compare(int ordinalA, int ordinalB) => ordinalB.CompareTo(ordinalA);
    }
}
