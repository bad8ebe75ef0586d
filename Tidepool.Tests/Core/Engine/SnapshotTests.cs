using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Tests.Core.Segments;

namespace Tidepool.Tests.Core.Engine;

/// <summary>States that are held while the namespace goes on.</summary>
internal sealed class SnapshotTests : EngineFixture
{
    private static readonly float[] s_query = [3, 1, 0, 0];

    [Test]
    public async Task Read_NamespaceGoesOn_SeesTheSame()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(20));
        await documents.CompactAsync();
        WriteResult last = await documents.UpsertAsync(MakeDocument(20, value: 7));
        await using NamespaceSnapshot snapshot = await documents.CreateSnapshotAsync();
        string before = await DescribeAsync(snapshot);

        await documents.UpsertAsync(MakeDocument(3, value: 99));
        await documents.DeleteAsync(5);
        Assert.That(await DescribeAsync(snapshot), Is.EqualTo(before), "after writes");
        await documents.CompactAsync();
        Assert.That(await DescribeAsync(snapshot), Is.EqualTo(before), "after a compaction");
        await documents.EnsureDeletedAsync();
        await documents.UpsertAsync(MakeDocument(3, value: 100));
        Assert.That(await DescribeAsync(snapshot), Is.EqualTo(before), "after a drop");

        Assert.That(snapshot.Sequence, Is.EqualTo(last.Sequence));
        Assert.That(before, Does.StartWith("21 "));
        Assert.That(await documents.CountAsync(), Is.EqualTo(1));
    }

    [TestCase("memory")]
    [TestCase("files")]
    [TestCase("network")]
    public async Task Read_SegmentsCollectedByAnother_SeesTheSame(string kind)
    {
        using var folder = new TestFolder();
        IObjectStore store = kind switch
        {
            "memory" => Store,
            "files" => new FileObjectStore(folder.At("store")),
            _ => new SharedStore(Store, ObjectStoreSharing.Network),
        };
        Action<TidepoolOptions> configure = options =>
        {
            options.GraceWindow = TimeSpan.Zero;
            options.Cache.DiskDirectory = folder.At("cache");
            options.Cache.PartialFromBytes = 1;
        };
        TidepoolNamespace writer = OpenNamespace(store, configure);
        await writer.UpsertAsync(MakeDocuments(5_000));
        await writer.CompactAsync();
        TidepoolNamespace reader = OpenNamespace(store, configure);
        await using NamespaceSnapshot snapshot = await reader.CreateSnapshotAsync();
        string before = await DescribeAsync(snapshot);
        string[] segments = await FindSegmentsAsync(store);

        await writer.DeleteAsync(Filter.Field("value") == 0L);
        await writer.UpsertAsync(MakeDocuments(3));
        await writer.CompactAsync();
        await store.DeleteAsync(segments); // What a collection does when the grace window has passed.

        Assert.That(await DescribeAsync(snapshot), Is.EqualTo(before));
        Assert.That(await reader.CountAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task Read_NoNamespace_StaysEmpty()
    {
        TidepoolNamespace documents = OpenNamespace();
        await using NamespaceSnapshot snapshot = await documents.CreateSnapshotAsync();

        await documents.UpsertAsync(MakeDocument(1));

        Assert.That(snapshot.Sequence, Is.Zero);
        Assert.That(await snapshot.CountAsync(), Is.Zero);
        Assert.That(await snapshot.GetAsync(1), Is.Null);
        Assert.That((await snapshot.SearchAsync(s_query, 3)).Count, Is.Zero);
    }

    [Test]
    public async Task Create_AtRandomMoments_SeesTheDocumentsOfThatMoment()
    {
        var random = new Random(4);
        var model = new SortedDictionary<long, long>();
        var held = new List<(NamespaceSnapshot Snapshot, string Expected)>();
        TidepoolNamespace documents = OpenNamespace();
        for (int step = 0; step < 200; step++)
        {
            long id = random.Next(30);
            switch (random.Next(8))
            {
                case 0:
                    await documents.CompactAsync();
                    break;
                case 1:
                    await documents.DeleteAsync(id);
                    model.Remove(id);
                    break;
                case 2:
                    held.Add((await documents.CreateSnapshotAsync(), Describe(model)));
                    break;
                case 3 when held.Count > 5:
                    int oldest = random.Next(held.Count);
                    await held[oldest].Snapshot.DisposeAsync();
                    held.RemoveAt(oldest);
                    break;
                default:
                    await documents.UpsertAsync(MakeDocument(id, step));
                    model[id] = step;
                    break;
            }

            foreach ((NamespaceSnapshot snapshot, string expected) in held)
            {
                var found = new SortedDictionary<long, long>();
                await foreach (Document document in snapshot.ScanAsync())
                {
                    found[Id(document)] = long.Parse(document["value"].ToString()!);
                }

                Assert.That(Describe(found), Is.EqualTo(expected), $"step {step}");
            }
        }

        Assert.That(held, Is.Not.Empty);
    }

    [Test]
    public async Task Dispose_EndsIt_AndOnlyIt()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(5));
        NamespaceSnapshot snapshot = await documents.CreateSnapshotAsync();
        await using NamespaceSnapshot other = await documents.CreateSnapshotAsync();
        IAsyncEnumerator<Document> underWay = snapshot.ScanAsync().GetAsyncEnumerator();
        Assert.That(await underWay.MoveNextAsync(), Is.True);

        await snapshot.DisposeAsync();
        await snapshot.DisposeAsync();

        Assert.That(async () => await snapshot.CountAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await snapshot.SearchAsync(s_query, 3), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(await underWay.MoveNextAsync(), Is.True, "a scan that has begun goes on");
        await underWay.DisposeAsync();
        Assert.That(await other.CountAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task DisposeDatabase_EndsItsSnapshots()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(5));
        NamespaceSnapshot snapshot = await documents.CreateSnapshotAsync();

        await database.DisposeAsync();

        Assert.That(async () => await snapshot.GetAsync(1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(
            async () => await documents.CreateSnapshotAsync(), Throws.TypeOf<ObjectDisposedException>());
        await snapshot.DisposeAsync();
    }

    [Test]
    public async Task Read_OtherConsistency_IsRefused()
    {
        await using NamespaceSnapshot snapshot = await OpenNamespace().CreateSnapshotAsync();

        ArgumentException? refused = Assert.ThrowsAsync<ArgumentException>(() => snapshot.GetAsync(
            1, new ReadOptions { Consistency = ReadConsistency.AtLeast(9) }));

        Assert.That(refused!.Message, Does.Contain("AtLeast(9)").And.Contain("sequence 0"));
    }

    private static long Id(Document document) => document.Id.TryGetInt64(out long id) ? id : -1;

    private static string Describe(SortedDictionary<long, long> documents) =>
        string.Join(' ', documents.Select(document => $"{document.Key}={document.Value}"));

    /// <summary>What every kind of read says.</summary>
    private static async Task<string> DescribeAsync(NamespaceSnapshot snapshot)
    {
        var parts = new List<string> { $"{await snapshot.CountAsync()}" };
        parts.Add($"{await snapshot.CountAsync(Filter.Field("value") == 0L)}");
        await foreach (Document document in snapshot.ScanAsync(options: new ScanOptions { Limit = 30 }))
        {
            parts.Add($"{document.Id}={document["value"]}");
        }

        await foreach (Document document in snapshot.GetAsync([1, 3, 5, 21], new ReadOptions { IncludeVectors = true }))
        {
            parts.Add($"{document.Id}: {string.Join(',', document.Vector.ToSingle().ToArray())}");
        }

        parts.Add($"{(await snapshot.GetAsync(5))?.Id}");
        parts.AddRange((await snapshot.SearchAsync(s_query, 6)).Select(hit => $"{hit.Record.Id} {hit.Score:R}"));
        return string.Join(' ', parts);
    }

    private static async Task<string[]> FindSegmentsAsync(IObjectStore store) =>
        [.. (await store.ListAsync("d/")).Objects.Select(item => item.Key).Where(key => key.Contains("/seg/"))];
}
