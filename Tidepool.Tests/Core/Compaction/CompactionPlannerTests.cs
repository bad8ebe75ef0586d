using System.Collections.Immutable;
using NUnit.Framework;
using Tidepool.Compaction;
using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Compaction;

internal sealed class CompactionPlannerTests
{
    private const long Max = 1024;

    // Sizes in MiB; u: waits for an index, d: half of its rows are dead. The plan by position.
    [TestCase("", true, "")]
    [TestCase("10 10 10 10 10 10 10", true, "")]
    [TestCase("10 10 10 10 10 10 10 10", true, "0 1 2 3 4 5 6 7")]
    [TestCase("10 11 12 13 14 15 16 50", true, "")]
    [TestCase("10d", true, "0")]
    [TestCase("400 400", true, "0 1")]
    [TestCase("380 380", true, "")]
    [TestCase("600 600", true, "")]
    [TestCase("64u", true, "0")]
    [TestCase("64u", false, "")]
    [TestCase("64u 64u 64u 64u 64u 64u 64u", false, "")]
    [TestCase("64u 64u 64u 64u 64u 64u 64u 64u", false, "0 1 2 3 4 5 6 7")]
    [TestCase("513u", false, "0")]
    [TestCase("600u 600u", true, "0")]
    [TestCase("2000u", true, "0")]
    [TestCase("64u 40 30", true, "0 2 1")]
    [TestCase("64u 64 40", true, "0 2 1")]
    [TestCase("64u 900 20 10", true, "0 3 2")]
    [TestCase("900u 200 100", true, "0 2")]
    [TestCase("64u 10d", false, "1")]
    public void Plan_Segments_AreMerged(string sizes, bool isAtRest, string expected)
    {
        ImmutableArray<SegmentEntry> segments = Parse(sizes, out HashSet<Guid> unindexed);

        ImmutableArray<SegmentEntry> plan = CompactionPlanner.Plan(segments, unindexed, isAtRest, Max << 20);

        Assert.That(string.Join(' ', plan.Select(segment => segments.IndexOf(segment))), Is.EqualTo(expected));
    }

    [TestCase("10", "")]
    [TestCase("10u", "0")]
    [TestCase("10d", "0")]
    [TestCase("10 20", "0 1")]
    [TestCase("600 600", "")]
    [TestCase("600 600u 100", "1 2")]
    public void PlanFull_Segments_AreGrouped(string sizes, string expected)
    {
        ImmutableArray<SegmentEntry> segments = Parse(sizes, out HashSet<Guid> unindexed);

        ImmutableArray<ImmutableArray<SegmentEntry>> groups = CompactionPlanner.PlanFull(
            segments, unindexed, Max << 20);

        IEnumerable<string> found = groups.Select(
            group => string.Join(' ', group.Select(segment => segments.IndexOf(segment))));
        Assert.That(string.Join('|', found), Is.EqualTo(expected));
    }

    [Test]
    public void Plan_ABulkLoad_EndsInFewSegmentsWithAnIndex()
    {
        ImmutableArray<SegmentEntry> segments = [];
        HashSet<Guid> unindexed = [];
        double written = 0;
        for (int flush = 0; flush < 40; flush++)
        {
            segments = segments.Add(MakeSegment(64, flush, isHalfDead: false));
            unindexed.Add(segments[^1].Id);
            Run(isAtRest: false);
        }

        Run(isAtRest: true);

        Assert.That(unindexed, Is.Empty);
        Assert.That(segments, Has.Length.LessThanOrEqualTo(4));
        Assert.That(written / (40 * 64), Is.LessThan(2.5), "how often a row is rewritten");

        void Run(bool isAtRest)
        {
            while (CompactionPlanner.Plan(segments, unindexed, isAtRest, Max << 20) is { IsEmpty: false } plan)
            {
                SegmentEntry merged = MakeSegment(
                    plan.Sum(segment => segment.SizeBytes >> 20), segments.Length, isHalfDead: false);
                written += merged.SizeBytes >> 20;
                segments = segments.RemoveRange(plan).Add(merged);
                unindexed.ExceptWith(plan.Select(segment => segment.Id));
            }
        }
    }

    private static ImmutableArray<SegmentEntry> Parse(string sizes, out HashSet<Guid> unindexed)
    {
        string[] parts = sizes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ImmutableArray<SegmentEntry> segments =
        [
            .. parts.Select((part, i) => MakeSegment(
                long.Parse(part.TrimEnd('u', 'd'), null), i, part.EndsWith('d'))),
        ];
        unindexed = [.. segments.Where((_, i) => parts[i].EndsWith('u')).Select(segment => segment.Id)];
        return segments;
    }

    private static SegmentEntry MakeSegment(long sizeMiB, int number, bool isHalfDead) => new()
    {
        Id = Guid.NewGuid(),
        SizeBytes = sizeMiB << 20,
        Rows = new RowSum(1000, 0),
        FirstSequence = number + 1,
        LastSequence = number + 1,
        Deletions = isHalfDead ? new DeletionEntry(Guid.NewGuid(), 64, new RowSum(500, 0)) : null,
    };
}
