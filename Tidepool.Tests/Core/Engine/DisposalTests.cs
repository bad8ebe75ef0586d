using NUnit.Framework;
using Tidepool.Storage.Files;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Closing a database at bad moments: it ends, nothing acknowledged is lost, nothing stays open.</summary>
[TestFixture]
internal sealed class DisposalTests : EngineFixture
{
    private static readonly TimeSpan s_tooLong = TimeSpan.FromMinutes(1); // Only a hang takes so long.

    [Test]
    public async Task Dispose_FirstWriteIsStillOpening_WriteIsStored()
    {
        var store = new FaultyObjectStore(Store);
        var gate = new StoreGate(store, StoreOperation.Get);
        TidepoolDatabase database = Open(store);
        Task<WriteResult> write = database.GetNamespace("n").UpsertAsync(MakeDocument(1));
        await gate.Reached;

        Task closing = database.DisposeAsync().AsTask();
        gate.Open();
        await closing.WaitAsync(s_tooLong);

        Assert.That((await write).Upserted, Is.EqualTo(1));
        Assert.That(await OpenNamespace().CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Dispose_WritesAreUnderWay_AcknowledgedOnesAreStored()
    {
        for (int round = 0; round < 20; round++)
        {
            TidepoolDatabase database = Open(configure: options => options.Compaction.Enabled = round % 2 == 0);
            TidepoolNamespace documents = database.GetNamespace($"n{round}");
            Task<List<long>>[] writers =
                [.. Enumerable.Range(0, 4).Select(writer => WriteUntilClosedAsync(documents, writer))];
            await Task.Delay(round);

            await database.DisposeAsync().AsTask().WaitAsync(s_tooLong);

            List<long>[] acknowledged = await Task.WhenAll(writers).WaitAsync(s_tooLong);
            long[] stored = await ScanIdsAsync(Open().GetNamespace($"n{round}"));
            Assert.That(stored, Is.SupersetOf(acknowledged.SelectMany(ids => ids)));
        }
    }

    [Test]
    public async Task Dispose_CompactionForACallerIsUnderWay_EndsIt()
    {
        var store = new FaultyObjectStore(Store);
        TidepoolDatabase database = Open(store);
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(10));
        var gate = new StoreGate(store, StoreOperation.Put, "seg/");
        Task compaction = documents.CompactAsync();
        await gate.Reached;

        Task closing = database.DisposeAsync().AsTask();
        gate.Open();
        await closing.WaitAsync(s_tooLong);

        int requests = store.Requests.Length;
        await Task.WhenAny(compaction, Task.Delay(s_tooLong));
        Assert.That(compaction.IsCompleted, "it was ended, or done before the end reached it");
        Assert.That(compaction.Exception?.InnerException, Is.Null.Or.TypeOf<ObjectDisposedException>());
        Assert.That(store.Requests, Has.Length.EqualTo(requests), "nothing was left running");
        Assert.That(await OpenNamespace().CountAsync(), Is.EqualTo(10));
    }

    [Test]
    public async Task Dispose_WriteWaitsForRoomThatNeverComes_EndsBoth()
    {
        var store = new FaultyObjectStore(Store);
        store.FailNext(StoreOperation.Put, "seg/", StoreFault.Refuse, times: int.MaxValue);
        TidepoolDatabase database = Open(store, options =>
        {
            options.Compaction.Enabled = true;
            options.MaxUnindexedBytes = 1 << 20;
        });
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(Enumerable.Range(10, 3).Select(
            id => new Document(id) { ["text"] = new string('x', 512 << 10) }));
        Task write = documents.UpsertAsync(MakeDocument(2));
        while (!store.Requests.Any(request => request.Key.Contains("seg/")))
        {
            await Task.Delay(1); // The write has asked for a flush, which fails.
        }

        await database.DisposeAsync().AsTask().WaitAsync(s_tooLong);

        Assert.That(() => write, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(await ScanIdsAsync(OpenNamespace()), Is.EqualTo([10, 11, 12]));
    }

    [Test]
    public async Task Dispose_ReadsAreUnderWay_TheyEndOrSayThatItIsClosed()
    {
        using var folder = new TempFolder();
        for (int round = 0; round < 10; round++)
        {
            TidepoolDatabase database = await TidepoolDatabase.OpenAsync(folder.Path);
            TidepoolNamespace documents = database.GetNamespace("n");
            await documents.UpsertAsync(MakeDocuments(500));
            await documents.WaitForIndexingAsync();
            Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => ReadUntilClosedAsync(documents))];
            await Task.Delay(round);

            await database.DisposeAsync().AsTask().WaitAsync(s_tooLong);

            await Task.WhenAll(readers).WaitAsync(s_tooLong);
        }
    }

    [Test]
    public async Task Dispose_ScanIsHalfRead_ItsRestIsStillThere()
    {
        using var folder = new TempFolder();
        TidepoolDatabase database = await TidepoolDatabase.OpenAsync(folder.Path);
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(100));
        await documents.WaitForIndexingAsync();
        int count = 0;
        await foreach (Document document in documents.ScanAsync(options: new ScanOptions { IncludeVectors = true }))
        {
            if (count++ == 50)
            {
                await database.DisposeAsync();
            }

            Assert.That(document.Vector.ToSingle().Length, Is.EqualTo(4));
        }

        Assert.That(count, Is.EqualTo(100));
    }

    [Test]
    public async Task Dispose_LocalDatabase_LetsGoOfEveryFile()
    {
        var folder = new TempFolder();
        await using (TidepoolDatabase database = await TidepoolDatabase.OpenAsync(folder.Path))
        {
            TidepoolNamespace documents = database.GetNamespace("n");
            for (int round = 0; round < 3; round++)
            {
                await documents.UpsertAsync(MakeDocuments(300));
                await documents.WaitForIndexingAsync();
                await documents.DeleteAsync(Enumerable.Range(0, 10).Select(id => (DocumentId)id));
                Assert.That(await documents.SearchAsync(new float[] { 1, 2, 3, 4 }, 10), Has.Count.EqualTo(10));
            }

            await documents.CompactAsync();
            await documents.VerifyAsync();
            await database.GetNamespace("dropped").UpsertAsync(MakeDocument(1));
            await database.GetNamespace("dropped").WaitForIndexingAsync();
            await database.GetNamespace("dropped").EnsureDeletedAsync();
            Assert.That(OpenFiles.In(folder.Path), Is.Not.Empty, "the test would see an open file");
        }

        Assert.That(OpenFiles.In(folder.Path), Is.Empty);
        Assert.That(folder.Dispose, Throws.Nothing);
    }

    [Test]
    public async Task Dispose_OpenFails_LetsGoOfEveryFile()
    {
        using var folder = new TempFolder();
        using (var store = new FileObjectStore(folder.Path))
        {
            await store.PutTextAsync("tidepool", "something else");
        }

        Assert.That(
            () => TidepoolDatabase.OpenAsync(folder.Path),
            Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo("tidepool"));
        Assert.That(OpenFiles.In(folder.Path), Is.Empty);
    }

    [Test]
    public async Task Dispose_ManyAtOnce_AllReturnWhenItIsClosed()
    {
        TidepoolDatabase database = Open();
        await database.GetNamespace("n").UpsertAsync(MakeDocument(1));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await database.DisposeAsync())))
            .WaitAsync(s_tooLong);

        database.Dispose();
        Assert.That(() => database.GetNamespace("other"), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Dispose_EveryMemberThen_SaysSo()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(3));
        await database.DisposeAsync();

        Func<Task>[] calls =
        [
            () => documents.UpsertAsync(MakeDocument(1)),
            () => documents.DeleteAsync(1),
            () => documents.CountAsync(),
            () => documents.GetAsync(1),
            () => documents.GetAsync(1, new ReadOptions { Consistency = ReadConsistency.Eventual }),
            () => documents.SearchAsync(new float[] { 1, 2, 3, 4 }, 1),
            () => ScanIdsAsync(documents),
            () => documents.ExistsAsync(),
            () => documents.EnsureExistsAsync(),
            () => documents.EnsureDeletedAsync(),
            () => documents.CompactAsync(),
            () => documents.WaitForIndexingAsync(),
            () => documents.VerifyAsync(),
            () => documents.WarmUpAsync(),
            () => documents.GetStatisticsAsync(),
            () => documents.ResolveAsync(Guid.NewGuid()),
            () => database.CheckHealthAsync(),
            () => database.ListNamespacesAsync().GetAsyncEnumerator().MoveNextAsync().AsTask(),
        ];
        for (int i = 0; i < calls.Length; i++)
        {
            Assert.That(() => calls[i](), Throws.TypeOf<ObjectDisposedException>(), $"call {i}");
        }
    }

    private static async Task<List<long>> WriteUntilClosedAsync(TidepoolNamespace documents, int writer)
    {
        var acknowledged = new List<long>();
        try
        {
            for (long id = writer * 1_000_000L; ; id++)
            {
                await documents.UpsertAsync(MakeDocument(id));
                acknowledged.Add(id);
            }
        }
        catch (ObjectDisposedException)
        {
            return acknowledged;
        }
    }

    private static async Task ReadUntilClosedAsync(TidepoolNamespace documents)
    {
        try
        {
            while (true)
            {
                SearchResults<Document> found = await documents.SearchAsync(
                    new float[] { 3, 1, 0, 0 }, 5, new SearchOptions { Filter = Filter.Field("value") == 0 });
                Assert.That(found, Has.Count.EqualTo(5));
                Assert.That(await documents.GetAsync(7), Is.Not.Null);
                await Task.Yield();
            }
        }
        catch (ObjectDisposedException)
        {
            // As it should.
        }
    }
}
