using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Manifests;

internal sealed class ManifestRulesTests
{
    [Test]
    public void FindFault_SoundManifest_FindsNone() =>
        Assert.That(ManifestRules.FindFault(SampleManifests.Full), Is.Null);

    [TestCaseSource(nameof(Unsound))]
    public void FindFault_UnsoundManifest_FindsIt(Manifest manifest) =>
        Assert.That(ManifestRules.FindFault(manifest), Is.Not.Null);

    [Test]
    public void FindFault_SoundStep_FindsNone()
    {
        var edit = new ManifestEdit(SampleManifests.Full);
        edit.RemoveSegment(SampleManifests.Id(1));
        edit.RemoveSegment(SampleManifests.Id(2));
        edit.AddSegment(Merged());

        Manifest child = edit.Build(Guid.NewGuid(), SampleManifests.Time);

        Assert.That(ManifestRules.FindFault(child), Is.Null);
        Assert.That(ManifestRules.FindFault(SampleManifests.Full, child), Is.Null);
        Assert.That(child.Graveyard.Where(grave => grave.SinceGeneration == 8).Select(grave => grave.Kind), Is.EqualTo(
            [GraveKind.Segment, GraveKind.Segment, GraveKind.Deletions]));
        Assert.That(
            child.Graveyard.Where(grave => grave.SinceGeneration <= 7).Select(grave => grave.Since),
            Has.None.Null,
            "the parent's time is noted");
    }

    [Test]
    public void Build_DeletionsReplaced_BuriesTheOldOnes()
    {
        var edit = new ManifestEdit(SampleManifests.Full);
        edit.SetDeletions(SampleManifests.Id(2), new DeletionEntry(SampleManifests.Id(600), 78, Rows(5)));
        edit.SetDeletions(SampleManifests.Id(2), new DeletionEntry(SampleManifests.Id(601), 78, Rows(6)));
        edit.AdvanceFloor(new LogPosition(1300, new ContentHash(8)), SampleManifests.Schema, edit.Parent.Batches);
        edit.Rows = SampleManifests.Full.Rows - (Rows(6) - Rows(4));

        Manifest child = edit.Build(Guid.NewGuid(), null);

        Assert.That(ManifestRules.FindFault(child), Is.Null);
        Assert.That(ManifestRules.FindFault(SampleManifests.Full, child), Is.Null);
        Assert.That(
            child.Graveyard[^1],
            Is.EqualTo(new GraveyardEntry(
                GraveKind.Deletions, SampleManifests.Id(2), SampleManifests.Id(502), 8, null)));

        static RowSum Rows(int count) => SampleManifests.Rows(2, count);
    }

    [TestCaseSource(nameof(UnsoundSteps))]
    public void FindFault_UnsoundStep_FindsIt(Manifest child)
    {
        Assert.That(ManifestRules.FindFault(SampleManifests.Full, child), Is.Not.Null);
    }

    private static IEnumerable<TestCaseData> Unsound()
    {
        Manifest full = SampleManifests.Full;
        yield return Case("a lost document", full with { Rows = full.Rows - RowSum.Of(1, 1) });
        yield return Case("another document", full with { Rows = full.Rows with { Identity = 1 } });
        yield return Case("a segment above the floor", full with { Floor = new LogPosition(899, new ContentHash(1)) });
        yield return Case("a hash at the start", full with { Floor = new LogPosition(0, new ContentHash(1)) });
        yield return Case("a segment twice", full with { Segments = [.. full.Segments, full.Segments[0]] });
        yield return Case("a live segment in the graveyard", full with
        {
            Graveyard = [new(GraveKind.Segment, SampleManifests.Id(1), Guid.Empty, 5, null)],
        });
        yield return Case("a grave of the future", full with
        {
            Graveyard = [new(GraveKind.Segment, SampleManifests.Id(9), Guid.Empty, 8, null)],
        });
        yield return Case("more deletions than rows", full with
        {
            Segments = [full.Segments[0] with { Deletions = new(Guid.NewGuid(), 1, SampleManifests.Rows(1, 11)) }],
        });
        yield return Case("an opening past the end of its segment", full with
        {
            Segments =
            [
                full.Segments[0],
                full.Segments[1] with { Opening = new SegmentOpening(default, new ByteRange(640, 363)) },
            ],
        });
        yield return Case("an opening that wraps around", full with
        {
            Segments =
            [
                full.Segments[0],
                full.Segments[1] with { Opening = new SegmentOpening(new ByteRange(long.MaxValue, 9), default) },
            ],
        });
        yield return Case("batches complete since the future", full with
        {
            Batches = full.Batches with { CompleteSince = 1235 },
        });
        yield return Case("a ledger below what is complete", full with
        {
            Batches = full.Batches with { CompleteSince = 18 },
        });
        yield return Case("a batch above the floor", full with
        {
            Batches = full.Batches with { Recent = [new(Guid.NewGuid(), 1235, null)] },
        });
        yield return Case("batches out of order", full with
        {
            Batches = full.Batches with { Recent = [new(Guid.NewGuid(), 1200, null), new(Guid.NewGuid(), 1199, null)] },
        });
    }

    private static IEnumerable<TestCaseData> UnsoundSteps()
    {
        Manifest full = SampleManifests.Full;
        Manifest next = new ManifestEdit(full).Build(Guid.NewGuid(), SampleManifests.Time);
        yield return Case("a skipped generation", next with { Generation = 9 });
        yield return Case("another parent", next with { ParentHash = new ContentHash(5) });
        yield return Case("another namespace", next with { NamespaceId = Guid.NewGuid() });
        yield return Case("a sinking floor", next with { Floor = new LogPosition(1233, full.Floor.Hash) });
        yield return Case("another floor hash", next with { Floor = new LogPosition(1234, new ContentHash(1)) });
        yield return Case("documents without a floor", next with { Rows = RowSum.Zero });
        yield return Case("a lost field", next with { Schema = next.Schema with { Attributes = [] } });
        yield return Case("a lost segment", next with { Segments = next.Segments[..1] });
        yield return Case("a resurrected grave", next with
        {
            Graveyard = [.. next.Graveyard, new(GraveKind.Segment, Guid.NewGuid(), Guid.Empty, 3, null)],
        });
        yield return Case("a grave of nothing", next with
        {
            Graveyard = [.. next.Graveyard, new(GraveKind.Segment, Guid.NewGuid(), Guid.Empty, 8, null)],
        });
        yield return Case("a lost ledger", next with { Batches = BatchHistory.Empty with { CompleteSince = 20 } });
        yield return Case("remembered batches", next with { Batches = next.Batches with { CompleteSince = 3 } });
    }

    private static SegmentEntry Merged() => SampleManifests.Segment(10, 1, 1, 900) with
    {
        Rows = SampleManifests.Full.Rows,
    };

    private static TestCaseData Case(string name, Manifest manifest) =>
        new TestCaseData(manifest).SetArgDisplayNames(name);
}
