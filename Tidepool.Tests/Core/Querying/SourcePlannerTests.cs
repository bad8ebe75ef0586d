using NUnit.Framework;
using Tidepool.Index.Vectors;
using Tidepool.Querying;

namespace Tidepool.Tests.Core.Querying;

internal sealed class SourcePlannerTests
{
    private static readonly SearchAim s_aim = SearchAim.Of(new SearchOptions());

    // Rows, selected ones, cost of the index; whether it is searched.
    [TestCase(100_000, 100_000, 50_000, true)]
    [TestCase(100_000, 100_000, 100_000, false)]
    [TestCase(100_000, 100_000, 200_000, false)]
    [TestCase(100_000, 10_000, 39_999, true)]
    [TestCase(100_000, 10_000, 40_000, false)]
    [TestCase(100_000, 2_000, 7_999, true)]
    [TestCase(100_000, 1_999, 1, false)]
    [TestCase(100_000, 0, 0, false)]
    [TestCase(1_000, 1_000, 1, false)]
    public void UsesIndex_Costs_DecideIt(int rowCount, int selectedCount, double cost, bool expected) => Assert.That(
        SourcePlanner.UsesIndex(s_aim, 10, rowCount, selectedCount, new ScriptedIndex(IndexKind.Ivf, cost)),
        Is.EqualTo(expected));

    [Test]
    public void UsesIndex_NoIndexOrExact_IsAScan()
    {
        Assert.That(SourcePlanner.UsesIndex(s_aim, 10, 100_000, 100_000, index: null), Is.False);
        Assert.That(
            SourcePlanner.UsesIndex(SearchAim.Exact, 10, 100_000, 100_000, new ScriptedIndex()), Is.False);
    }

    [TestCase(SearchEffort.Low, null, 0.85)]
    [TestCase(SearchEffort.Default, null, 0.98)]
    [TestCase(SearchEffort.High, null, 0.99)]
    [TestCase(SearchEffort.Low, 0.9, 0.9)]
    [TestCase(SearchEffort.Exact, 0.9, 0.9)]
    public void Aim_Options_GiveTheTarget(SearchEffort effort, double? target, double expected)
    {
        SearchAim aim = SearchAim.Of(new SearchOptions { Effort = effort, RecallTarget = target });

        Assert.That(aim.IsExact, Is.False);
        Assert.That(aim.RecallTarget, Is.EqualTo(expected));
    }

    [Test]
    public void Aim_Exact_IsExact() => Assert.That(
        SearchAim.Of(new SearchOptions { Effort = SearchEffort.Exact, ProbeCount = 5 }).IsExact, Is.True);

    [Test]
    public void Breadth_IsThatOfTheKind()
    {
        SearchAim aim = SearchAim.Of(new SearchOptions { ProbeCount = 5, EfSearch = 70 });

        Assert.That(SourcePlanner.GetBreadth(aim, IndexKind.Ivf), Is.EqualTo(5));
        Assert.That(SourcePlanner.GetBreadth(aim, IndexKind.Hnsw), Is.EqualTo(70));
        Assert.That(SourcePlanner.GetBreadth(s_aim, IndexKind.Ivf), Is.Zero);
    }
}
