using NUnit.Framework;
using Tidepool.Benchmarks.Datasets;

namespace Tidepool.Tests.Benchmarks;

internal sealed class SpreadRanksTests
{
    /// <remarks>Wide in one direction, narrow in the others: the ranks follow the wide one, up or down.</remarks>
    [Test]
    public void SpreadRanks_StretchedCloud_FollowTheLongestAxis()
    {
        const int Count = 2000;
        var random = new Random(7);
        float[] values =
        [
            .. Enumerable.Range(0, Count * 3).Select(i => (float)random.NextDouble() * (i % 3 == 1 ? 9 : 1)),
        ];
        var vectors = VectorTable<float>.Of(values, width: 3);

        var ranks = new SpreadRanks(vectors, unit: false);

        int[] byAxis = [.. Enumerable.Range(0, Count).OrderBy(row => values[(row * 3) + 1])];
        int lowest = byAxis[..200].Count(row => ranks[row] < 120);
        int highest = byAxis[..200].Count(row => ranks[row] >= 880);
        Assert.That(Math.Max(lowest, highest), Is.GreaterThan(190));
        Assert.That(ranks.RankOf(vectors[17].Span), Is.EqualTo(ranks[17]));
        Assert.That(Enumerable.Range(0, Count).Count(row => ranks[row] < 100), Is.EqualTo(200));
    }
}
