using System.Buffers;
using NUnit.Framework;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Manifests;

internal sealed class ManifestStoreTests
{
    private static readonly DatabaseKeys s_database = new("db");
    private static readonly NamespaceKeys s_keys = s_database.Data(SampleManifests.NamespaceId);

    private FaultyObjectStore _store = null!;

    [SetUp]
    public void SetUp() => _store = new FaultyObjectStore(new InMemoryObjectStore(new ManualTime()));

    [Test]
    public async Task Commit_First_CreatesGenerationOneAndAHint()
    {
        using ManifestStore manifests = Open();

        Manifest? committed = await manifests.CommitAsync(AddSegment(1), default);

        using GetResult hint = await _store.GetAsync(s_database.Hint("n"));
        Assert.That(committed!.Generation, Is.EqualTo(1));
        Assert.That(manifests.Current, Is.SameAs(committed));
        Assert.That(HintCodec.Decode(hint.Data.Span).Manifest.Hash, Is.EqualTo(committed.Hash));
        Assert.That(HintCodec.Decode(hint.Data.Span).RecordNumber, Is.EqualTo(3));
    }

    [Test]
    public async Task Commit_Abandoned_WritesNothing()
    {
        using ManifestStore manifests = Open();

        Manifest? committed = await manifests.CommitAsync((_, _) => new((ManifestEdit?)null), default);

        Assert.That(committed, Is.Null);
        Assert.That(_store.Requests, Is.Empty);
    }

    [Test]
    public async Task Commit_AfterAConflict_IsMadeAgainOnTheWinner()
    {
        using ManifestStore first = Open();
        using ManifestStore second = Open();
        await first.CommitAsync(AddSegment(1), default);
        List<long> parents = [];

        Manifest? committed = await second.CommitAsync(
            (parent, token) =>
            {
                parents.Add(parent.Generation);
                return AddSegment(2)(parent, token);
            },
            default);

        Assert.That(parents, Is.EqualTo([0, 1]));
        Assert.That(committed!.Segments.Select(segment => segment.Id), Is.EquivalentTo(
            [SampleManifests.Id(1), SampleManifests.Id(2)]));
        Assert.That(committed.ParentHash, Is.EqualTo(first.Current.Hash));
    }

    [Test]
    public async Task Commit_EditMissesAnObject_IsMadeAgainOnTheNewestManifest()
    {
        using ManifestStore first = Open();
        using ManifestStore second = Open();
        await first.CommitAsync(AddSegment(1), default);

        Manifest? committed = await second.CommitAsync(
            (parent, token) => parent.Generation == 0
                ? throw new MissingObjectException("collected")
                : AddSegment(2)(parent, token),
            default);

        Assert.That(committed!.Generation, Is.EqualTo(2));
        Assert.That(
            async () => await second.CommitAsync((_, _) => throw new MissingObjectException("lost"), default),
            Throws.TypeOf<MissingObjectException>(),
            "of the newest manifest");
    }

    [TestCase(StoreFault.LoseReply)]
    [TestCase(StoreFault.RetryAfterLostReply)]
    public async Task Commit_LostReply_IsRecognised(StoreFault fault)
    {
        using ManifestStore manifests = Open();
        _store.FailNext(StoreOperation.Put, "/man/", fault);
        int edits = 0;

        Manifest? committed = await manifests.CommitAsync(
            (parent, token) =>
            {
                edits++;
                return AddSegment(1)(parent, token);
            },
            default);

        Assert.That(edits, Is.EqualTo(1));
        Assert.That(committed!.Generation, Is.EqualTo(1));
        Assert.That(committed.Segments, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Commit_LostRequest_ThrowsAndLeavesTheParent()
    {
        using ManifestStore manifests = Open();
        _store.FailNext(StoreOperation.Put, "/man/", StoreFault.LoseRequest);

        Assert.That(
            async () => await manifests.CommitAsync(AddSegment(1), default), Throws.TypeOf<StorageException>());
        Assert.That(manifests.Current.Generation, Is.Zero);
        Assert.That((await manifests.CommitAsync(AddSegment(2), default))!.Generation, Is.EqualTo(1));
    }

    [Test]
    public async Task Commit_AfterADelayedOneArrives_BuildsOnIt()
    {
        using ManifestStore manifests = Open();
        _store.FailNext(StoreOperation.Put, "/man/", StoreFault.Delay);
        Assert.That(
            async () => await manifests.CommitAsync(AddSegment(1), default), Throws.TypeOf<StorageException>());
        await _store.DeliverAsync();

        Manifest? committed = await manifests.CommitAsync(AddSegment(2), default);

        Assert.That(committed!.Generation, Is.EqualTo(2));
        Assert.That(committed.Segments, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Commit_HintLost_StillCommits()
    {
        using ManifestStore manifests = Open();
        _store.FailNext(StoreOperation.Put, "hint", StoreFault.LoseRequest);

        Assert.That(await manifests.CommitAsync(AddSegment(1), default), Is.Not.Null);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(9)]
    public async Task Refresh_OthersCommitted_FindsTheNewest(int commits)
    {
        using ManifestStore writer = Open();
        using ManifestStore reader = Open();
        for (int i = 1; i <= commits; i++)
        {
            await writer.CommitAsync(AddSegment(i), default);
        }

        await reader.RefreshAsync(default);

        Assert.That(reader.Current.Hash, Is.EqualTo(writer.Current.Hash));
    }

    [Test]
    public async Task Refresh_NothingNew_TakesOneRequest()
    {
        using ManifestStore manifests = Open();
        await manifests.CommitAsync(AddSegment(1), default);
        _store.ClearRequests();

        await manifests.RefreshAsync(default);

        Assert.That(_store.Requests, Is.EqualTo([(StoreOperation.Get, s_keys.Manifest(2))]));
    }

    [Test]
    public async Task Refresh_NextIsATombstone_GoesOnFromItsSuccessor()
    {
        using ManifestStore writer = Open();
        using ManifestStore reader = Open();
        for (int i = 1; i <= 5; i++)
        {
            await writer.CommitAsync(AddSegment(i), default);
        }

        await Bury(1, successor: 3);
        await Bury(3, successor: 4);

        await reader.RefreshAsync(default);

        Assert.That(reader.Current.Hash, Is.EqualTo(writer.Current.Hash));
    }

    [Test]
    public async Task Refresh_ManifestOfAnotherParent_IsCorruption()
    {
        using ManifestStore reader = Open();
        Manifest stranger = new ManifestEdit(reader.Current).Build(Guid.NewGuid(), null) with
        {
            ParentHash = new ContentHash(12),
        };
        await _store.PutAsync(s_keys.Manifest(1), new ReadOnlySequence<byte>(ManifestCodec.Encode(stranger)));

        Assert.That(
            async () => await reader.RefreshAsync(default),
            Throws.TypeOf<DataCorruptionException>()
                .With.Property("ObjectKey").EqualTo(s_keys.Manifest(1)));
    }

    [Test]
    public async Task Refresh_DamagedManifest_IsCorruption()
    {
        using ManifestStore reader = Open();
        await _store.PutAsync(s_keys.Manifest(1), new ReadOnlySequence<byte>(new byte[50]));

        Assert.That(
            async () => await reader.RefreshAsync(default),
            Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(s_keys.Manifest(1)));
    }

    private ManifestStore Open() => new(
        _store,
        s_keys,
        s_database.Hint("n"),
        recordNumber: 3,
        Manifest.CreateEmpty(SampleManifests.NamespaceId, SampleManifests.Schema),
        seenAt: null);

    private async Task Bury(long generation, long successor) => await _store.PutAsync(
        s_keys.Manifest(generation),
        new ReadOnlySequence<byte>(
            ManifestCodec.EncodeTombstone(SampleManifests.NamespaceId, generation, successor)));

    private static Func<Manifest, CancellationToken, ValueTask<ManifestEdit?>> AddSegment(int seed) => (parent, _) =>
    {
        var edit = new ManifestEdit(parent);
        long floor = parent.Floor.Sequence + 1;
        SegmentEntry segment = SampleManifests.Segment(seed, 3, floor, floor);
        edit.AddSegment(segment);
        edit.AdvanceFloor(
            new LogPosition(floor, new ContentHash((UInt128)floor)), parent.Schema, parent.Batches);
        edit.Rows += segment.Rows;
        return new(edit);
    };
}
