using System.Buffers;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Storage.Metering;
using Tidepool.Tests.Core.Segments;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Databases that open a remote segment in part, beside one that opens it as a whole.</summary>
internal sealed class PartialReadTests : EngineFixture
{
    private const int Count = 20_000;
    private const int Dimensions = 32;

    private static readonly InMemoryObjectStore s_filled = FillAsync().GetAwaiter().GetResult();

    private readonly List<TestFolder> _folders = [];
    private InMemoryObjectStore _stored = null!;
    private FaultyObjectStore _remote = null!;

    [SetUp]
    public void CloneStore()
    {
        _stored = s_filled.Clone();
        _remote = new FaultyObjectStore(_stored);
    }

    [TearDown]
    public async Task DeleteFolders()
    {
        await CloseDatabases(); // Each is let go of by its database before.
        _folders.ForEach(folder => folder.Dispose());
        _folders.Clear();
    }

    private static IEnumerable<TestCaseData> Searches()
    {
        yield return Case("default", () => new());
        yield return Case("ids only", () => new() { IncludeAttributes = false });
        yield return Case("vectors", () => new() { IncludeVectors = true });
        yield return Case("high effort", () => new() { Effort = SearchEffort.High });
        yield return Case("recall target", () => new() { RecallTarget = 0.8 });
        yield return Case("few cells", () => new() { ProbeCount = 2 });
        yield return Case("all cells", () => new() { ProbeCount = int.MaxValue });
        yield return Case("exact", () => new() { Effort = SearchEffort.Exact });
        yield return Case("filter", () => new() { Filter = Filter.Field("part") == 3 });
        yield return Case("strict filter", () => new() { Filter = Filter.Field("name") == "name 17" });
        yield return Case("threshold and skip", () => new() { ScoreThreshold = 20, Skip = 3 });

        static TestCaseData Case(string name, Func<SearchOptions> options) =>
            new TestCaseData(options).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Searches))]
    public async Task Search_FirstQuery_AnswersLikeAWholeSegment(Func<SearchOptions> options)
    {
        TidepoolNamespace whole = OpenWhole();
        foreach (float[] query in MakeVectors(5, seed: 9))
        {
            SearchResults<Document> expected = await whole.SearchAsync(query, 10, options());

            SearchResults<Document> found = await OpenPart().SearchAsync(query, 10, options());

            Assert.That(Describe(found), Is.EqualTo(Describe(expected)));
        }
    }

    [Test]
    public async Task Search_FirstQuery_FetchesAPartAndThenTheRestForAll()
    {
        var meter = new MeteringObjectStore(_remote, Clock);
        TidepoolNamespace documents = OpenPart(store: meter);
        float[] query = MakeVectors(1, seed: 9)[0];
        SearchResults<Document> first = await documents.SearchAsync(query, 10);
        long size = (await documents.GetStatisticsAsync()).StoredBytes;
        Assert.That(first.Statistics.Plan, Does.StartWith("ivf: 1 segment"));
        Assert.That(first.Statistics.BytesFetched, Is.InRange(1, size * 2 / 3));
        Assert.That(first.Statistics.CacheHits, Is.Zero);

        await documents.WarmUpAsync();

        SearchResults<Document> second = await documents.SearchAsync(query, 10);
        Assert.That(Describe(second), Is.EqualTo(Describe(first)));
        Assert.That(second.Statistics.BytesFetched, Is.Zero);
        Assert.That(second.Statistics.CacheHits, Is.EqualTo(1));
        Assert.That(_folders[^1].FileNames.Single(), Does.EndWith(".tpvs"));
        TidepoolNamespace other = OpenPart(_folders[^1]);
        Assert.That((await other.SearchAsync(query, 10)).Statistics.BytesFetched, Is.Zero);
    }

    [Test]
    public async Task Search_TailReplacesDocuments_SeesTheTail()
    {
        float[][] queries = MakeVectors(3, seed: 9);
        await ChangeAsync(OpenWhole(), queries);
        TidepoolNamespace whole = OpenWhole();

        foreach (float[] query in queries)
        {
            TidepoolNamespace part = OpenPart();
            SearchResults<Document> found = await part.SearchAsync(query, 10);
            Assert.That(Describe(found), Is.EqualTo(Describe(await whole.SearchAsync(query, 10))));
            Assert.That(await part.CountAsync(), Is.EqualTo(await whole.CountAsync()));
        }
    }

    [Test]
    public async Task Search_OthersWriteAfterwards_SeesIt()
    {
        float[][] queries = MakeVectors(3, seed: 9);
        TidepoolNamespace part = OpenPart();
        await part.ExistsAsync(); // Opened, but nothing is fetched behind an answer yet.
        TidepoolNamespace whole = OpenWhole();

        await ChangeAsync(whole, queries);

        foreach (float[] query in queries)
        {
            Assert.That(
                Describe(await part.SearchAsync(query, 10)), Is.EqualTo(Describe(await whole.SearchAsync(query, 10))));
        }
    }

    [Test]
    public async Task Write_SegmentInPart_ReplacesItsDocuments()
    {
        TidepoolNamespace part = OpenPart();
        await part.SearchAsync(MakeVectors(1, seed: 9)[0], 10);

        await ChangeAsync(part, MakeVectors(3, seed: 9));

        TidepoolNamespace whole = OpenWhole();
        Assert.That(await part.CountAsync(), Is.EqualTo(await whole.CountAsync()).And.EqualTo(Count - 9));
        await part.CompactAsync();
        Assert.That((await part.VerifyAsync()).Problems, Is.Empty);
        Assert.That(await part.CountAsync(), Is.EqualTo(Count - 9));
    }

    [Test]
    public async Task Get_SegmentInPart_ReadsTheSame()
    {
        TidepoolNamespace part = OpenPart();
        TidepoolNamespace whole = OpenWhole();
        var options = new ReadOptions { IncludeVectors = true };
        foreach (DocumentId id in (DocumentId[])["d5", "d19999", "d20000", 5, "d5"])
        {
            Assert.That(
                Describe(await part.GetAsync(id, options)), Is.EqualTo(Describe(await whole.GetAsync(id, options))));
        }
    }

    [Test]
    public async Task ScanAndCount_SegmentInPart_SeeEverything()
    {
        Filter filter = Filter.Field("part") == 3;
        TidepoolNamespace part = OpenPart();
        Assert.That(await part.CountAsync(filter), Is.EqualTo(await OpenWhole().CountAsync(filter)));
        int scanned = 0;
        await foreach (Document document in OpenPart().ScanAsync(filter))
        {
            scanned += document["part"].ToString() == "3" ? 1 : 0;
        }

        Assert.That(scanned, Is.EqualTo(await part.CountAsync(filter)));
    }

    [Test]
    public async Task Search_DamagedOnItsWay_FetchesAgain()
    {
        float[] query = MakeVectors(1, seed: 9)[0];
        SearchResults<Document> expected = await OpenWhole().SearchAsync(query, 10);
        foreach (int number in Enumerable.Range(0, 12))
        {
            var remote = new RemoteStore(_stored);
            remote.AfterRead = (read, bytes) => bytes.Span[bytes.Length / 2] ^= read == number ? (byte)1 : (byte)0;

            SearchResults<Document> found = await OpenPart(store: remote).SearchAsync(query, 10);

            Assert.That(Describe(found), Is.EqualTo(Describe(expected)));
        }
    }

    [Test]
    public async Task Search_DamagedInTheStore_NamesTheObject()
    {
        string key = await FindLargestAsync();
        byte[] bytes = await DamageStore.BytesAsync(_stored, key);
        for (int offset = 100_000; offset < bytes.Length; offset += 65_536)
        {
            bytes[offset] ^= 4;
        }

        await _stored.PutAsync(key, new ReadOnlySequence<byte>(bytes));

        DataCorruptionException? fault = Assert.ThrowsAsync<DataCorruptionException>(
            () => OpenPart().SearchAsync(MakeVectors(1, seed: 9)[0], 10));

        Assert.That(fault!.ObjectKey, Is.EqualTo(key));
    }

    [Test]
    public async Task Search_SegmentMergedAndCollected_GoesOnFromTheNewestManifest()
    {
        float[][] queries = MakeVectors(2, seed: 9);
        TidepoolNamespace part = OpenPart();
        await part.ExistsAsync();
        string segment = await FindLargestAsync();
        TidepoolNamespace whole = OpenWhole();
        await ChangeAsync(whole, queries);
        await whole.CompactAsync();
        await _stored.DeleteAsync([segment]); // As a collection does, when the grace window has passed.

        SearchResults<Document> found = await part.SearchAsync(
            queries[0], 10, new SearchOptions { Consistency = ReadConsistency.Eventual });

        Assert.That(Describe(found), Is.EqualTo(Describe(await whole.SearchAsync(queries[0], 10))));
    }

    [Test]
    public async Task Read_SegmentMergedAndCollected_GoesOnFromTheNewestManifest()
    {
        float[][] queries = MakeVectors(2, seed: 9);
        Func<TidepoolNamespace, Task<string>>[] reads =
        [
            async documents => Describe(await documents.GetAsync("d5")),
            async documents => await DescribeAsync(documents.GetAsync(["d5", "d17", "d19999"])),
            async documents => await DescribeAsync(documents.ScanAsync(Filter.Field("name") == "name 17")),
            async documents => $"{await documents.CountAsync(Filter.Field("part") == 3)}",
            async documents =>
            {
                await documents.WarmUpAsync();
                return "warm";
            },
            async documents => $"{(await documents.UpsertAsync(new Document("d5") { Vector = queries[0] })).Upserted}",
        ];
        TidepoolNamespace[] parts = [.. reads.Select(_ => OpenPart())];
        foreach (TidepoolNamespace part in parts)
        {
            await part.ExistsAsync();
        }

        string segment = await FindLargestAsync();
        TidepoolNamespace whole = OpenWhole();
        await ChangeAsync(whole, queries);
        await whole.CompactAsync();
        await _stored.DeleteAsync([segment]); // As a collection does, when the grace window has passed.

        for (int i = 0; i < reads.Length; i++)
        {
            Assert.That(await reads[i](parts[i]), Is.EqualTo(await reads[i](whole)), $"read {i}");
        }
    }

    [Test]
    public async Task Search_ReadsComeBackShort_FetchesAgain()
    {
        float[] query = MakeVectors(1, seed: 9)[0];
        SearchResults<Document> expected = await OpenWhole().SearchAsync(query, 10);
        foreach (int number in Enumerable.Range(0, 12))
        {
            var remote = new RemoteStore(_stored);
            remote.Shorten = (read, length) => read == number ? length / 2 : length;

            SearchResults<Document> found = await OpenPart(store: remote).SearchAsync(query, 10);

            Assert.That(Describe(found), Is.EqualTo(Describe(expected)));
        }
    }

    [Test]
    public async Task Dispose_RestUnderWay_EndsItAndDeletesTheCopy()
    {
        TidepoolDatabase database = OpenPartDatabase(_remote, NewFolder());
        await database.GetNamespace("n").SearchAsync(MakeVectors(1, seed: 9)[0], 10);

        await database.DisposeAsync();

        Assert.That(_folders[^1].FileNames.Where(name => name.EndsWith(".tmp")), Is.Empty);
    }

    [Test]
    public async Task Search_Cancelled_LeavesTheSegmentUsable()
    {
        float[] query = MakeVectors(1, seed: 9)[0];
        TidepoolNamespace part = OpenPart();
        await part.ExistsAsync();
        using var cancellation = new CancellationTokenSource();
        _remote.BeforeRequest = async (_, key) =>
        {
            if (key.EndsWith("data.tpvs"))
            {
                await cancellation.CancelAsync();
                cancellation.Token.ThrowIfCancellationRequested();
            }
        };

        Assert.That(
            async () => await part.SearchAsync(query, 10, cancellationToken: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());

        _remote.BeforeRequest = null;
        Assert.That(
            Describe(await part.SearchAsync(query, 10)),
            Is.EqualTo(Describe(await OpenWhole().SearchAsync(query, 10))));
    }

    /// <summary>Moves documents of the segment to the queries, and deletes some.</summary>
    private static async Task ChangeAsync(TidepoolNamespace documents, float[][] queries)
    {
        await documents.UpsertAsync(queries.Select((query, i) => MakeDocument(7 * i, query)));
        await documents.DeleteAsync(Enumerable.Range(100, 10).Select(i => (DocumentId)$"d{i}"));
        await documents.UpsertAsync(MakeDocument(Count, queries[0]));
    }

    private static async Task<InMemoryObjectStore> FillAsync()
    {
        var store = new InMemoryObjectStore(new ManualTime());
        await using var database = new TidepoolDatabase(
            store, new TidepoolOptions { TimeProvider = new ManualTime(), Compaction = { Enabled = false } });
        TidepoolNamespace documents = database.GetNamespace("n", new NamespaceOptions
        {
            Vectors = { new(Dimensions) { Metric = DistanceMetric.EuclideanSquaredDistance } },
        });
        await documents.UpsertAsync(MakeVectors(Count, seed: 5).Select((vector, id) => MakeDocument(id, vector)));
        await documents.CompactAsync();
        return store;
    }

    private static Document MakeDocument(int number, float[] vector) => new($"d{number}")
    {
        Vector = vector,
        ["part"] = (long)(number % 7),
        ["name"] = $"name {number % 100}",
    };

    private static float[][] MakeVectors(int count, int seed)
    {
        var shape = new Random(11);
        float[][] centers = [.. Enumerable.Range(0, 50).Select(_ => MakeVector(shape, new float[Dimensions], 1))];
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => MakeVector(random, centers[random.Next(50)], 0.4f))];
    }

    private static float[] MakeVector(Random random, float[] center, float spread) =>
        [.. center.Select(value => value + (spread * ((2 * random.NextSingle()) - 1)))];

    private static string[] Describe(SearchResults<Document> found) =>
        [.. found.Select(hit => $"{hit.Score:R} {Describe(hit.Record)}")];

    private static string Describe(Document? document) => document is null
        ? "nothing"
        : $"{document.Id} {string.Join(' ', document.Vector.ToSingle().ToArray())} "
            + $"{document["part"]} {document["name"]}";

    private static async Task<string> DescribeAsync(IAsyncEnumerable<Document> documents)
    {
        var found = new List<string>();
        await foreach (Document document in documents)
        {
            found.Add(Describe(document));
        }

        return string.Join('\n', found);
    }

    private async Task<string> FindLargestAsync() =>
        (await _stored.ListAsync("d/")).Objects.MaxBy(item => item.Length).Key;

    private TidepoolNamespace OpenWhole() => OpenNamespace(_stored);

    private TidepoolNamespace OpenPart(TestFolder? folder = null, IObjectStore? store = null) =>
        OpenPartDatabase(store ?? _remote, folder ?? NewFolder()).GetNamespace("n");

    private TidepoolDatabase OpenPartDatabase(IObjectStore store, TestFolder folder) => Open(
        new SharedStore(store, ObjectStoreSharing.Network),
        options =>
        {
            options.Cache.DiskDirectory = folder.Path;
            options.Cache.PartialFromBytes = 1;
        });

    private TestFolder NewFolder()
    {
        _folders.Add(new TestFolder());
        return _folders[^1];
    }
}
