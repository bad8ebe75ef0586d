using System.Buffers;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>States that are kept under a name.</summary>
internal sealed class TagTests : EngineFixture
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task AsOfTag_NamespaceGoesOn_AnswersAsThen(bool isFlushed)
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(20));
        await documents.CompactAsync();
        await documents.DeleteAsync(7);
        await documents.UpsertAsync(MakeDocument(3, value: 4));
        if (isFlushed)
        {
            await documents.CompactAsync();
        }

        string record = await ReadRecord.ReadAsync(documents, ReadConsistency.Strong);
        NamespaceTag tag = await documents.CreateTagAsync("v1");
        for (int i = 0; i < 5; i++)
        {
            await documents.UpsertAsync(MakeDocuments(10 + i));
            await documents.DeleteAsync(i);
            await documents.CompactAsync();
            Clock.Advance(TimeSpan.FromDays(10));
            await documents.CompactAsync();
        }

        Assert.That(tag, Is.EqualTo(new NamespaceTag("v1", 3, 19, tag.CreatedAt)));
        Assert.That(await ReadRecord.ReadAsync(documents, ReadConsistency.AsOfTag("v1")), Is.EqualTo(record));
        TidepoolNamespace reopened = OpenNamespace(configure: options => options.ReadOnly = true);
        Assert.That(await ReadRecord.ReadAsync(reopened, ReadConsistency.AsOfTag("v1")), Is.EqualTo(record));
        VerificationReport report = await documents.VerifyAsync();
        Assert.That(report.Problems, Is.Empty);
    }

    [Test]
    public async Task Delete_Tag_FreesWhatItKept()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(20));
        await documents.CompactAsync();
        await documents.CreateTagAsync("v1");
        await documents.UpsertAsync(MakeDocuments(20));
        await documents.CompactAsync();
        Clock.Advance(TimeSpan.FromDays(10));
        await documents.CompactAsync();
        Assert.That((await Store.ListAsync("d/")).Objects.Count(IsSegment), Is.EqualTo(2));

        Assert.That(await documents.DeleteTagAsync("v1"), Is.True);
        Assert.That(await documents.DeleteTagAsync("v1"), Is.False);
        await documents.CompactAsync();

        Assert.That((await Store.ListAsync("d/")).Objects.Count(IsSegment), Is.EqualTo(1));
        Assert.That(await ListAsync(documents), Is.Empty);
        Assert.That(
            async () => await OpenNamespace().GetAsync(
                1, new ReadOptions { Consistency = ReadConsistency.AsOfTag("v1") }),
            Throws.TypeOf<SnapshotExpiredException>());
    }

    [Test]
    public async Task Create_TagAgain_IsOfTheNewState()
    {
        TidepoolNamespace documents = OpenNamespace();
        TidepoolNamespace other = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));
        await documents.CreateTagAsync("latest");
        Assert.That(await ScanIdsAsync(other, ReadConsistency.AsOfTag("latest")), Is.EqualTo([1L]));
        await documents.UpsertAsync(MakeDocument(2));

        Assert.That(async () => await other.CreateTagAsync("latest"), Throws.InvalidOperationException);
        await other.DeleteTagAsync("latest");
        await other.CreateTagAsync("latest");

        Assert.That(await ScanIdsAsync(documents, ReadConsistency.AsOfTag("latest")), Is.EqualTo([1L, 2L]));
    }

    [Test]
    public async Task List_Tags_AreInOrderWithWhatTheyHold()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(3));
        await documents.CreateTagAsync("b");
        DateTimeOffset first = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromHours(1));
        await documents.UpsertAsync(MakeDocument(9));
        await documents.CreateTagAsync("a");

        Assert.That(await ListAsync(documents), Is.EqualTo(
        [
            new NamespaceTag("a", 2, 4, first.AddHours(1)),
            new NamespaceTag("b", 1, 3, first),
        ]));
    }

    [Test]
    public async Task Tag_MissingNamespace_IsRefused()
    {
        TidepoolNamespace documents = OpenNamespace();

        Assert.That(async () => await documents.CreateTagAsync("v1"), Throws.InvalidOperationException);
        Assert.That(await documents.DeleteTagAsync("v1"), Is.False);
        Assert.That(await ListAsync(documents), Is.Empty);
        Assert.That(
            async () => await ScanIdsAsync(documents, ReadConsistency.AsOfTag("v1")),
            Throws.TypeOf<SnapshotExpiredException>());
        Assert.That(await documents.ExistsAsync(), Is.False, "and none of it creates one");
    }

    [Test]
    public async Task Tag_NamespaceWasDroppedAndCreatedAnewByOthers_IsOfTheNewOne()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));
        await documents.CreateTagAsync("old");
        TidepoolNamespace others = OpenNamespace();
        await others.EnsureDeletedAsync();
        await others.UpsertAsync(MakeDocuments(3));
        await others.CreateTagAsync("new");

        Assert.That(await documents.DeleteTagAsync("new"), Is.True, "it is there");
        Assert.That(await others.ListTagsAsync().ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task CreateTag_OneOfThatNameWentWithTheNamespaceBefore_IsMade()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));
        await documents.CreateTagAsync("a");
        TidepoolNamespace others = OpenNamespace();
        await others.EnsureDeletedAsync();
        await others.UpsertAsync(MakeDocuments(3));

        Assert.That((await documents.CreateTagAsync("a")).Documents, Is.EqualTo(3));
    }

    [Test]
    public async Task ListTags_NamespaceWasDroppedAndCreatedAnewByOthers_ListsThoseOfTheNewOne()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));
        await documents.CreateTagAsync("a");
        TidepoolNamespace others = OpenNamespace();
        await others.EnsureDeletedAsync();
        await others.UpsertAsync(MakeDocuments(3));

        Assert.That(await documents.ListTagsAsync().ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Tag_DroppedNamespace_GoesWithIt()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));
        await documents.CreateTagAsync("v1");
        await documents.EnsureDeletedAsync();
        await documents.UpsertAsync(MakeDocument(2));

        Assert.That(await ListAsync(documents), Is.Empty);
        Assert.That(
            async () => await ScanIdsAsync(documents, ReadConsistency.AsOfTag("v1")),
            Throws.TypeOf<SnapshotExpiredException>());
    }

    [TestCase("")]
    [TestCase(".hidden")]
    [TestCase("a/b")]
    [TestCase("branch/00112233-4455-6677-8899-aabbccddeeff")]
    public async Task Tag_NameThatIsNone_IsRefused(string name)
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));

        Assert.That(async () => await documents.CreateTagAsync(name), Throws.ArgumentException);
        Assert.That(async () => await documents.DeleteTagAsync(name), Throws.ArgumentException);
        Assert.That(
            async () => await ScanIdsAsync(documents, ReadConsistency.AsOfTag(name)), Throws.ArgumentException);
    }

    [Test]
    public async Task Tag_ReadOnlyDatabase_CanBeReadOnly()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));
        await documents.CreateTagAsync("v1");
        TidepoolNamespace reader = OpenNamespace(configure: options => options.ReadOnly = true);

        Assert.That(async () => await reader.CreateTagAsync("v2"), Throws.InvalidOperationException);
        Assert.That(async () => await reader.DeleteTagAsync("v1"), Throws.InvalidOperationException);
        Assert.That((await ListAsync(reader)).Single().Name, Is.EqualTo("v1"));
        Assert.That(await ScanIdsAsync(reader, ReadConsistency.AsOfTag("v1")), Is.EqualTo([1L]));
    }

    [TestCase("/seg/")]
    [TestCase("/wal/")]
    public async Task AsOfTag_WhatItKeepsIsGone_IsCorruptionAndNotAnotherAnswer(string part)
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(20));
        await documents.CompactAsync();
        await documents.UpsertAsync(MakeDocument(3, value: 4));
        await documents.CreateTagAsync("v1");
        ObjectListing stored = await Store.ListAsync("d/");
        string[] kept = [.. stored.Objects.Select(item => item.Key).Where(key => key.Contains(part))];
        await documents.UpsertAsync(MakeDocuments(20));
        await documents.CompactAsync();
        await Store.DeleteAsync(kept);

        Assert.That(kept, Is.Not.Empty);
        Assert.That(
            async () => await ScanIdsAsync(OpenNamespace(), ReadConsistency.AsOfTag("v1")),
            Throws.TypeOf<DataCorruptionException>());
        VerificationReport report = await documents.VerifyAsync();
        Assert.That(report.Problems.Select(problem => problem.ObjectKey), Is.SubsetOf(kept).And.Not.Empty);
        await documents.DeleteTagAsync("v1");
        Assert.That((await documents.VerifyAsync()).Problems, Is.Empty);
    }

    [Test]
    public async Task Verify_DamagedTag_NamesIt()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(20));
        await documents.CreateTagAsync("v1");
        string key = (await Store.ListAsync("d/")).Objects.Single(item => item.Key.Contains("/tag/")).Key;
        await Store.PutAsync(key, new ReadOnlySequence<byte>([1, 2, 3]));

        VerificationReport report = await documents.VerifyAsync();

        Assert.That(report.Problems.Single().ObjectKey, Is.EqualTo(key));
    }

    [Test]
    public async Task Create_TagInAPrivateDatabase_KeepsItsState()
    {
        await using TidepoolDatabase database = TidepoolDatabase.CreateInMemory(
            new TidepoolOptions { TimeProvider = Clock, Compaction = { Enabled = false } });
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(5));
        await documents.CompactAsync();
        await documents.CreateTagAsync("v1");
        for (int i = 0; i < 6; i++)
        {
            await documents.DeleteAsync(i);
            await documents.CompactAsync();
            await ScanIdsAsync(documents, ReadConsistency.AsOfTag("v1"));
        }

        Assert.That(await ScanIdsAsync(documents, ReadConsistency.AsOfTag("v1")), Has.Length.EqualTo(5));
    }

    [Test]
    public async Task Create_Tag_TakesFourRequests()
    {
        var store = new FaultyObjectStore(Store);
        TidepoolNamespace documents = OpenNamespace(store);
        await documents.UpsertAsync(MakeDocument(1));
        store.ClearRequests();

        await documents.CreateTagAsync("v1");

        Assert.That(store.Requests.Select(request => request.Operation), Is.EqualTo(
            [StoreOperation.List, StoreOperation.Get, StoreOperation.Get, StoreOperation.Put]));
    }

    private static bool IsSegment(ObjectInfo info) => info.Key.EndsWith(".tpvs", StringComparison.Ordinal);

    private static async Task<List<NamespaceTag>> ListAsync(TidepoolNamespace documents)
    {
        var tags = new List<NamespaceTag>();
        await foreach (NamespaceTag tag in documents.ListTagsAsync())
        {
            tags.Add(tag);
        }

        return tags;
    }
}
