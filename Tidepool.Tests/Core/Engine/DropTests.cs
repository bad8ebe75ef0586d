using System.Collections.Concurrent;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Dropping a namespace is ordered with writes, whoever makes them, and nothing comes back.</summary>
[TestFixture]
internal sealed class DropTests : EngineFixture
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Drop_Namespace_ReadsAsEmptyAndIsGone(bool isFlushed)
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(10));
        if (isFlushed)
        {
            await documents.WaitForIndexingAsync();
        }

        await documents.EnsureDeletedAsync();

        Assert.That(await documents.ExistsAsync(), Is.False);
        Assert.That(await documents.CountAsync(), Is.Zero);
        Assert.That(await documents.GetAsync(1), Is.Null);
        Assert.That(await documents.SearchAsync(new float[] { 1, 2, 3, 4 }, 5), Is.Empty);
        Assert.That(await database.ListNamespacesAsync().ToListAsync(), Is.Empty);
        await documents.EnsureDeletedAsync();
    }

    [Test]
    public async Task Drop_ThenWrite_BeginsAnewWithAnotherSchema()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(10));
        await documents.EnsureDeletedAsync();

        await documents.UpsertAsync(new Document("a") { Vector = new float[] { 1, 2 }, ["value"] = "text" });

        Assert.That(await documents.CountAsync(), Is.EqualTo(1));
        Document? found = await OpenNamespace().GetAsync("a");
        Assert.That(found!["value"].As<string>(), Is.EqualTo("text"));
    }

    [Test]
    public async Task Drop_ByAnotherDatabase_IsSeenByReadsAndWrites()
    {
        TidepoolNamespace first = OpenNamespace();
        TidepoolNamespace second = OpenNamespace();
        await first.UpsertAsync(MakeDocuments(10));
        Assert.That(await second.CountAsync(), Is.EqualTo(10));

        await first.EnsureDeletedAsync();

        Assert.That(await second.CountAsync(), Is.Zero);
        await second.UpsertAsync(MakeDocument(77));
        Assert.That(await ScanIdsAsync(first), Is.EqualTo([77]));
        Assert.That(await ScanIdsAsync(OpenNamespace()), Is.EqualTo([77]));
    }

    [Test]
    public async Task Drop_ByOneThatStillKnowsTheFormerIncarnation_DropsTheCurrentOne()
    {
        TidepoolNamespace first = OpenNamespace();
        TidepoolNamespace second = OpenNamespace();
        await first.UpsertAsync(MakeDocument(1));
        await second.CountAsync();
        await first.EnsureDeletedAsync();
        await first.UpsertAsync(MakeDocument(2));

        await second.EnsureDeletedAsync();

        Assert.That(await first.CountAsync(), Is.Zero);
        Assert.That(await OpenNamespace().ExistsAsync(), Is.False);
    }

    [Test]
    public async Task Drop_ProcessDiesBeforeRecordingIt_OthersDo()
    {
        var store = new FaultyObjectStore(Store);
        TidepoolNamespace dying = OpenNamespace(store);
        TidepoolNamespace witness = OpenNamespace();
        await dying.UpsertAsync(MakeDocuments(12));
        await witness.CountAsync();
        store.FailNext(StoreOperation.Put, "ns/", StoreFault.Refuse, times: int.MaxValue);
        Assert.That(() => dying.EnsureDeletedAsync(), Throws.InstanceOf<StorageException>());

        Assert.That(await OpenNamespace(configure: options => options.ReadOnly = true).CountAsync(), Is.Zero);
        Assert.That(await witness.CountAsync(), Is.Zero);
        Assert.That(await OpenNamespace().ExistsAsync(), Is.False);
        await witness.UpsertAsync(MakeDocument(3));
        Assert.That(await ScanIdsAsync(OpenNamespace()), Is.EqualTo([3]));
    }

    [Test]
    public async Task Drop_WithWritersInAnotherDatabase_IsOrderedWithTheirWrites()
    {
        TidepoolNamespace dropper = OpenNamespace();
        TidepoolNamespace writer = OpenNamespace(configure: options => options.Compaction.Enabled = true);
        long clock = 0;
        var written = new ConcurrentBag<(long Id, long Began, long Ended)>();
        var drops = new List<(long Began, long Ended)>();
        using var stop = new CancellationTokenSource();
        Task[] writers = [.. Enumerable.Range(0, 4).Select(number => Task.Run(() => WriteAsync(number)))];
        Task reader = Task.Run(ReadAsync);
        for (int round = 0; round < 30; round++)
        {
            await Task.Delay(3);
            long began = Interlocked.Increment(ref clock);
            await dropper.EnsureDeletedAsync();
            drops.Add((began, Interlocked.Increment(ref clock)));
            if (round % 5 == 0)
            {
                await dropper.WaitForIndexingAsync();
            }
        }

        await Task.Delay(3);
        await stop.CancelAsync();
        await Task.WhenAll([.. writers, reader]).WaitAsync(TimeSpan.FromMinutes(1));

        var stored = (await ScanIdsAsync(OpenNamespace())).ToHashSet();
        Assert.That(await ScanIdsAsync(writer), Is.EquivalentTo(stored));
        Assert.That(await ScanIdsAsync(dropper), Is.EquivalentTo(stored));
        foreach ((long id, long began, long ended) in written)
        {
            if (ended < drops[^1].Began)
            {
                Assert.That(stored, Does.Not.Contain(id), "acknowledged before a drop began");
            }

            if (began > drops[^1].Ended)
            {
                Assert.That(stored, Does.Contain(id), "begun after the last drop had ended");
            }
        }

        async Task WriteAsync(int number)
        {
            for (long id = number * 1_000_000L; !stop.IsCancellationRequested; id++)
            {
                long began = Interlocked.Increment(ref clock);
                await writer.UpsertAsync(MakeDocument(id));
                written.Add((id, began, Interlocked.Increment(ref clock)));
            }
        }

        async Task ReadAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                await writer.CountAsync();
                await writer.SearchAsync(new float[] { 1, 2, 3, 4 }, 3);
            }
        }
    }

    [Test]
    public async Task Drop_AfterTheGraceWindow_ItsDataIsDeleted()
    {
        TidepoolNamespace documents = OpenNamespace(configure: options => options.Compaction.Enabled = true);
        await documents.UpsertAsync(MakeDocuments(10));
        await documents.WaitForIndexingAsync();
        await documents.EnsureDeletedAsync();
        Assert.That(await Store.KeysAsync("d/"), Is.Not.Empty, "readers may still be at it");

        for (int round = 0; (await Store.KeysAsync("d/")).Count > 0; round++)
        {
            Assert.That(round, Is.LessThan(1000));
            Clock.Advance(TimeSpan.FromMinutes(2));
            await Task.Delay(10);
        }

        Assert.That(await Store.KeysAsync("ns/"), Has.Count.EqualTo(2), "its records stay");
    }

    /// <summary>A process that starts from a manifest has to come across the drop: there may be no record of it yet.
    /// </summary>
    [Test]
    public async Task Compact_WhereTheNamespaceWasDropped_LeavesTheDropInTheLog()
    {
        TidepoolNamespace dropper = OpenNamespace();
        TidepoolNamespace other = OpenNamespace();
        await dropper.UpsertAsync(MakeDocuments(10));
        await other.CountAsync();
        await dropper.EnsureDeletedAsync();

        await other.CompactAsync(); // Catches up first, and so finds the drop.

        Assert.That((await Store.KeysAsync("d/")).Where(key => key.Contains("/man/")), Is.Empty);
        Assert.That(await other.ExistsAsync(), Is.False);
    }

    [Test]
    public async Task Verify_NamespaceIsDroppedAndDeletedMeanwhile_FindsNoFault()
    {
        var store = new FaultyObjectStore(Store);
        TidepoolNamespace verified = OpenNamespace(store);
        TidepoolNamespace dropper = OpenNamespace();
        await verified.UpsertAsync(MakeDocuments(10));
        await verified.CompactAsync();
        await verified.UpsertAsync(MakeDocument(11));
        var gate = new StoreGate(store, StoreOperation.Get, "/seg/");
        Task<VerificationReport> verifying = verified.VerifyAsync();
        await gate.Reached;
        await dropper.EnsureDeletedAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        await CollectDroppedAsync();
        Assert.That(await Store.KeysAsync("d/"), Is.Empty);

        gate.Open();

        Assert.That((await verifying.WaitAsync(TimeSpan.FromMinutes(1))).Problems, Is.Empty);
    }

    [Test]
    public async Task Drop_PrivateDatabase_ItsDataIsDeleted()
    {
        await using var database = TidepoolDatabase.CreateInMemory();
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(10));
        await documents.EnsureDeletedAsync();
        await documents.UpsertAsync(MakeDocument(5));

        Assert.That(await ScanIdsAsync(documents), Is.EqualTo([5]));
    }
}
