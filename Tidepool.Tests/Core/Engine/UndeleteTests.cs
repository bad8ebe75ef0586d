using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>A namespace that was dropped comes back as it was, or not at all.</summary>
internal sealed class UndeleteTests : EngineFixture
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Undelete_InTime_BringsEveryDocumentBack(bool isFlushed)
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = await MakeAsync(database, isFlushed);
        long[] before = await ScanIdsAsync(documents);
        await documents.EnsureDeletedAsync();
        Assert.That(await documents.ExistsAsync(), Is.False);
        Clock.Advance(TimeSpan.FromSeconds(30));

        await database.UndeleteNamespaceAsync("n");

        Assert.That(await ScanIdsAsync(documents), Is.EqualTo(before));
        await documents.UpsertAsync(MakeDocument(1000));
        for (int round = 0; round < 4; round++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
            await CollectDroppedAsync();
            Assert.That(await ScanIdsAsync(OpenNamespace()), Is.EqualTo([.. before, 1000]), $"round {round}");
            Assert.That((await OpenNamespace().VerifyAsync()).Problems, Is.Empty);
            if (round == 1)
            {
                await documents.CompactAsync();
            }
        }

        Assert.That(
            (await Store.KeysAsync("d/")).Select(key => key.Split('/')[1]).Distinct().Count(), Is.EqualTo(1),
            "nothing is left of what was dropped");
    }

    [Test]
    public async Task Undelete_Twice_BringsTheLastStateBack()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = await MakeAsync(database, isFlushed: true);
        await documents.EnsureDeletedAsync();
        await database.UndeleteNamespaceAsync("n");
        await documents.UpsertAsync(MakeDocument(1000));
        long[] before = await ScanIdsAsync(documents);
        await documents.EnsureDeletedAsync();

        await database.UndeleteNamespaceAsync("n");

        Clock.Advance(TimeSpan.FromHours(1));
        await CollectDroppedAsync();
        Assert.That(await ScanIdsAsync(OpenNamespace()), Is.EqualTo(before));
    }

    [Test]
    public async Task Undelete_TooLate_IsRefused()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = await MakeAsync(database, isFlushed: true);
        await documents.EnsureDeletedAsync();

        Clock.Advance(TimeSpan.FromSeconds(41));
        Assert.That(() => database.UndeleteNamespaceAsync("n"), Throws.InvalidOperationException, "still there");
        Clock.Advance(TimeSpan.FromHours(1));
        await CollectDroppedAsync();
        Assert.That(() => database.UndeleteNamespaceAsync("n"), Throws.InvalidOperationException, "collected");
        Assert.That(await documents.ExistsAsync(), Is.False);
    }

    [Test]
    public async Task Undelete_NothingToBringBack_IsRefused()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = await MakeAsync(database, isFlushed: false);

        Assert.That(() => database.UndeleteNamespaceAsync("missing"), Throws.ArgumentException);
        Assert.That(() => database.UndeleteNamespaceAsync("n"), Throws.InvalidOperationException, "it exists");
        await documents.EnsureDeletedAsync();
        await documents.UpsertAsync(MakeDocument(5));
        Assert.That(() => database.UndeleteNamespaceAsync("n"), Throws.InvalidOperationException, "created anew");
        Assert.That(await ScanIdsAsync(documents), Is.EqualTo([5]));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4_100, Description = "more batches than a manifest lists itself")]
    public async Task Undelete_BatchIsRepeated_IsRecognised(int flushedBatches)
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = await MakeAsync(database, isFlushed: false);
        var once = new WriteOptions { IdempotencyKey = Guid.NewGuid() };
        WriteResult written = await documents.UpsertAsync(MakeDocument(200), once);
        await documents.DeleteAsync(200);
        if (flushedBatches > 0)
        {
            await Task.WhenAll(Enumerable.Range(0, flushedBatches).Select(_ => documents.DeleteAsync(5000)));
            await documents.WaitForIndexingAsync();
        }

        await documents.EnsureDeletedAsync();

        await database.UndeleteNamespaceAsync("n");

        Clock.Advance(TimeSpan.FromHours(1));
        await CollectDroppedAsync();
        documents = OpenNamespace();
        Assert.That((await documents.UpsertAsync(MakeDocument(200), once)).Sequence, Is.EqualTo(written.Sequence));
        Assert.That(await ScanIdsAsync(documents), Has.No.Member(200), "not applied again");
        Assert.That((await documents.VerifyAsync()).Problems, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Undelete_StoppedAtAnyRequest_CanBeRepeated(bool isApplied)
    {
        TidepoolDatabase first = Open();
        TidepoolNamespace documents = await MakeAsync(first, isFlushed: true);
        long[] before = await ScanIdsAsync(documents);
        await documents.EnsureDeletedAsync();
        for (int stopAt = 1; ; stopAt++)
        {
            var counter = new RequestCounter(stopAt, isApplied);
            InMemoryObjectStore store = Store.Clone();
            try
            {
                await Open(new StoppingStore(store, counter)).UndeleteNamespaceAsync("n");
            }
            catch (StorageException)
            {
                Assert.That(counter.HasStopped, Is.True, $"request {stopAt}");
            }

            TidepoolDatabase database = Open(store);
            if (!await database.GetNamespace("n").ExistsAsync())
            {
                await database.UndeleteNamespaceAsync("n");
            }

            Assert.That(await ScanIdsAsync(database.GetNamespace("n")), Is.EqualTo(before), $"request {stopAt}");
            if (!counter.HasStopped)
            {
                break;
            }
        }
    }

    private static async Task<TidepoolNamespace> MakeAsync(TidepoolDatabase database, bool isFlushed)
    {
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(50));
        if (isFlushed)
        {
            await documents.WaitForIndexingAsync();
        }

        await documents.DeleteAsync([3, 4]);
        await documents.UpsertAsync(MakeDocument(100));
        return documents;
    }
}
