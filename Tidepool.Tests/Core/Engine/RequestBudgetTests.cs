using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.Metering;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>How many requests each operation may make: on a bucket they are what time and money are spent on.</summary>
[TestFixture]
internal sealed class RequestBudgetTests : EngineFixture
{
    private MeteringObjectStore _meter = null!;

    [SetUp]
    public void SetUpMeter() => _meter = new MeteringObjectStore(Store, Clock);

    [TestCase("upsert")]
    [TestCase("batch")]
    [TestCase("delete")]
    [TestCase("patch")]
    [TestCase("conditional")]
    [TestCase("delete by filter")]
    [TestCase("idempotent")]
    public async Task Write_WarmNamespace_IsOnePut(string kind)
    {
        TidepoolNamespace documents = await WarmAsync();

        await (kind switch
        {
            "upsert" => documents.UpsertAsync(MakeDocument(100)),
            "batch" => documents.UpsertAsync(MakeDocuments(1000)),
            "delete" => documents.DeleteAsync(1),
            "patch" => documents.WriteAsync(new WriteBatch().Patch(1, Values(("value", 7)))),
            "conditional" => documents.WriteAsync(new WriteBatch()
                .RequireMatch(1, Filter.Field("value") == 0).RequireAbsent(100).Upsert(MakeDocument(100))),
            "delete by filter" => documents.DeleteAsync(Filter.Field("value") == 0),
            _ => documents.UpsertAsync(MakeDocument(100), new WriteOptions { IdempotencyKey = Guid.NewGuid() }),
        });

        StoreUsage usage = _meter.GetUsage();
        Assert.That((usage.Put.Hits, usage.Requests), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Write_ManyCallersWhilePutIsUnderWay_ShareTheNextPut()
    {
        var gated = new FaultyObjectStore(_meter);
        TidepoolNamespace documents = await WarmAsync(gated);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gated.BeforeRequest = (_, _) =>
        {
            reached.TrySetResult();
            return new ValueTask(gate.Task);
        };

        Task first = documents.UpsertAsync(MakeDocument(0));
        await reached.Task;
        Task[] others = [.. MakeDocuments(64).Select(document => documents.UpsertAsync(document))];
        gate.SetResult();
        await Task.WhenAll([first, .. others]);

        StoreUsage usage = _meter.GetUsage();
        Assert.That((usage.Put.Hits, usage.Requests), Is.EqualTo((2, 2)));
    }

    [TestCase("search", 1)]
    [TestCase("filtered search", 1)]
    [TestCase("get", 1)]
    [TestCase("count", 1)]
    [TestCase("scan", 1)]
    [TestCase("exists", 1)]
    public async Task StrongRead_WarmNamespace_IsOneGet(string kind, int expected)
    {
        TidepoolNamespace documents = await WarmAsync();

        await ReadAsync(documents, kind, ReadConsistency.Strong);

        StoreUsage usage = _meter.GetUsage();
        Assert.That((usage.Get.Misses, usage.Requests), Is.EqualTo((expected, expected)));
    }

    [Test]
    public async Task StrongReads_Concurrent_ShareTheirGets()
    {
        var gated = new FaultyObjectStore(new SharedStore(_meter, ObjectStoreSharing.Network));
        using var folder = new TempFolder();
        TidepoolNamespace documents = await WarmAsync(gated, options => options.Cache.DiskDirectory = folder.Path);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gated.BeforeRequest = (_, _) =>
        {
            reached.TrySetResult();
            return new ValueTask(gate.Task);
        };

        Task first = ReadAsync(documents, "search", ReadConsistency.Strong);
        await reached.Task;
        Task[] others =
            [.. Enumerable.Range(0, 50).Select(_ => ReadAsync(documents, "search", ReadConsistency.Strong))];
        gate.SetResult();
        await Task.WhenAll([first, .. others]);

        // Those that came while the first get was under way must not be answered by it, but share the second.
        StoreUsage usage = _meter.GetUsage();
        Assert.That((usage.Get.Misses, usage.Requests), Is.EqualTo((2, 2)));
    }

    [TestCase("search")]
    [TestCase("get")]
    [TestCase("scan")]
    public async Task WeakerReads_WarmNamespace_AreFree(string kind)
    {
        TidepoolNamespace documents = await WarmAsync();
        WriteResult written = await documents.UpsertAsync(MakeDocument(100));
        await documents.CountAsync();
        _meter.Reset();

        await ReadAsync(documents, kind, ReadConsistency.Eventual);
        await ReadAsync(documents, kind, ReadConsistency.AtLeast(written.Sequence));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await ReadAsync(documents, kind, ReadConsistency.Bounded(TimeSpan.FromMinutes(2)));

        Assert.That(_meter.GetUsage().Requests, Is.Zero);
    }

    [Test]
    public async Task BoundedRead_BoundHasPassed_IsOneGetForManyReads()
    {
        TidepoolNamespace documents = await WarmAsync();
        await documents.CountAsync();
        Clock.Advance(TimeSpan.FromSeconds(10));
        _meter.Reset();

        for (int i = 0; i < 10; i++)
        {
            await ReadAsync(documents, "search", ReadConsistency.Bounded(TimeSpan.FromSeconds(10)));
        }

        Assert.That(_meter.GetUsage().Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task BoundedRead_RightAfterOpening_IsFree()
    {
        await WarmAsync();
        TidepoolNamespace documents = OpenNamespace(_meter);
        await ReadAsync(documents, "search", ReadConsistency.Eventual);
        _meter.Reset();

        await ReadAsync(documents, "search", ReadConsistency.Bounded(TimeSpan.FromSeconds(1)));

        Assert.That(_meter.GetUsage().Requests, Is.Zero);
    }

    [Test]
    public async Task Namespace_Idle_MakesNoRequest()
    {
        TidepoolNamespace documents = await WarmAsync(configure: options => options.Compaction.Enabled = true);
        for (int round = 0; round < 3; round++)
        {
            await documents.UpsertAsync(MakeDocuments(50));
            await documents.DeleteAsync(Filter.Field("value") == 0);
            await documents.UpsertAsync(MakeDocument(round));
            await documents.WaitForIndexingAsync();
        }

        await documents.CompactAsync();
        await SettleAsync();
        _meter.Reset();
        for (int hour = 0; hour < 1000; hour++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
        }

        await Task.Yield();
        Assert.That(Clock.WaitingTimers, Is.Zero, "nothing waits for a time to come");
        Assert.That(_meter.GetUsage().Requests, Is.Zero);
    }

    [TestCase(false, 0)]
    [TestCase(false, 5)]
    [TestCase(true, 0)]
    [TestCase(true, 5)]
    public async Task OpenAndQuery_Cold_TakesThreeRoundTrips(bool isFlushed, int tail)
    {
        await WriteAsync(isFlushed, hasDeletions: false, tail);

        (int hits, int trips, int requests) = await CountColdAsync();

        Assert.That(hits, Is.EqualTo(10));
        Assert.That(trips, Is.LessThanOrEqualTo(3));
        Assert.That(requests, Is.LessThanOrEqualTo(20));
    }

    [Test]
    public async Task OpenAndQuery_ColdWithDeletions_TakesThreeRoundTrips()
    {
        await WriteAsync(isFlushed: true, hasDeletions: true, tail: 3);

        (int hits, int trips, _) = await CountColdAsync();

        Assert.That(hits, Is.EqualTo(10));
        Assert.That(trips, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public async Task Collection_OfANamespace_ListsFivePrefixes()
    {
        TidepoolNamespace documents = await WarmAsync(); // In the background, it would collect beside the one counted.
        for (int round = 0; round < 5; round++)
        {
            await documents.UpsertAsync(MakeDocuments(50));
            await documents.CompactAsync();
        }

        Clock.Advance(TimeSpan.FromMinutes(2));
        int before = Store.Count;
        _meter.Reset();

        await documents.CompactAsync();

        StoreUsage usage = _meter.GetUsage();
        Assert.That(Store.Count, Is.LessThan(before), "there was something to collect");
        Assert.That(
            usage.List.Requests, Is.EqualTo(5 + 2), "pins, segments, ledgers, manifests, log; of all: records, probes");
        Assert.That(usage.Delete.Requests, Is.LessThanOrEqualTo(2), "log entries, and what was in the graveyard");
        Assert.That(usage.Upload.Requests, Is.Zero);
    }

    private async Task<TidepoolNamespace> WarmAsync(
        IObjectStore? store = null, Action<TidepoolOptions>? configure = null)
    {
        TidepoolNamespace documents = OpenNamespace(store ?? _meter, configure);
        await documents.UpsertAsync(MakeDocuments(20));
        _meter.Reset();
        return documents;
    }

    private async Task WriteAsync(bool isFlushed, bool hasDeletions, int tail)
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(100));
        if (isFlushed)
        {
            await documents.WaitForIndexingAsync();
        }

        if (hasDeletions)
        {
            await documents.DeleteAsync(Enumerable.Range(50, 10).Select(id => (DocumentId)id));
            await documents.WaitForIndexingAsync();
        }

        for (int i = 0; i < tail; i++)
        {
            await documents.UpsertAsync(MakeDocument(200 + i));
        }
    }

    /// <summary>Opens the database and searches once. The store is one whose segments are read like remote ones.
    /// </summary>
    private async Task<(int Hits, int Trips, int Requests)> CountColdAsync()
    {
        var store = new FaultyObjectStore(new SharedStore(Store, ObjectStoreSharing.Host));
        (int hits, int trips) = await RoundTrips.CountAsync(store, OpenAndSearchAsync);
        return (hits, trips, store.Requests.Length);

        async ValueTask<int> OpenAndSearchAsync()
        {
            TidepoolDatabase database = Open(store);
            SearchResults<Document> found = await database.GetNamespace("n").SearchAsync(s_query, 10);
            return found.Count;
        }
    }

    /// <summary>Lets time pass until nothing in the background waits for more of it.</summary>
    private async Task SettleAsync()
    {
        int quietRounds = 0;
        for (int round = 0; quietRounds < 5; round++)
        {
            Assert.That(round, Is.LessThan(1000), "background work comes to rest");
            long before = _meter.GetUsage().Requests;
            Clock.Advance(TimeSpan.FromHours(25));
            await Task.Delay(20);
            bool isQuiet = Clock.WaitingTimers == 0 && _meter.GetUsage().Requests == before;
            quietRounds = isQuiet ? quietRounds + 1 : 0;
        }
    }

    private static async Task ReadAsync(TidepoolNamespace documents, string kind, ReadConsistency consistency)
    {
        var options = new SearchOptions { Consistency = consistency };
        switch (kind)
        {
            case "search":
                Assert.That(await documents.SearchAsync(s_query, 3, options), Has.Count.EqualTo(3));
                break;
            case "filtered search":
                options.Filter = Filter.Field("value") == 0;
                Assert.That(await documents.SearchAsync(s_query, 3, options), Has.Count.EqualTo(3));
                break;
            case "get":
                Assert.That(await documents.GetAsync(7, options), Is.Not.Null);
                break;
            case "count":
                Assert.That(await documents.CountAsync(), Is.EqualTo(20));
                break;
            case "scan":
                Assert.That(await ScanIdsAsync(documents, consistency), Has.Length.GreaterThanOrEqualTo(20));
                break;
            default:
                Assert.That(await documents.ExistsAsync(), Is.True);
                break;
        }
    }

    private static Dictionary<string, AttributeValue> Values(params (string Name, AttributeValue Value)[] values) =>
        values.ToDictionary(value => value.Name, value => value.Value);

    private static readonly float[] s_query = [1, 1, 0, 0];
}
