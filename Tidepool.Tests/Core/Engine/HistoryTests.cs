using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Tests.Core.Segments;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Reads of states that are not the newest.</summary>
internal sealed class HistoryTests : EngineFixture
{
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(10);

    [Test]
    public async Task AsOf_EveryStateOfARandomHistory_AnswersAsThen()
    {
        const int Seed = 31;
        var random = new Random(Seed);
        TidepoolNamespace documents = OpenNamespace(configure: Keep);
        var records = new SortedDictionary<long, string>();
        for (int step = 0; step < 120; step++)
        {
            await StepAsync(documents, random, step);
            Clock.Advance(TimeSpan.FromSeconds(20));
            await using NamespaceSnapshot now = await documents.CreateSnapshotAsync();
            records.TryAdd(now.Sequence, await ReadRecord.ReadAsync(documents, ReadConsistency.Strong));
        }

        TidepoolNamespace reopened = OpenNamespace(configure: Keep);
        Assert.That(records, Has.Count.GreaterThan(60));
        foreach ((long sequence, string record) in records.OrderBy(_ => random.Next()))
        {
            TidepoolNamespace reader = random.Next(2) == 0 ? documents : reopened;
            string found = await ReadRecord.ReadAsync(reader, ReadConsistency.AsOf(sequence));
            Assert.That(found, Is.EqualTo(record), $"seed {Seed}, state {sequence}");
        }
    }

    [Test]
    public async Task AsOf_ManifestsAreBuriedMeanwhile_AnswersAsThenOrHasExpired()
    {
        const int Seed = 32;
        var random = new Random(Seed);
        TidepoolNamespace documents = OpenNamespace(configure: options => options.HistoryRetention = s_kept);
        var records = new SortedDictionary<long, string>();
        var over = new Dictionary<long, DateTimeOffset>();
        int expired = 0;
        for (int step = 0; step < 150; step++)
        {
            await StepAsync(documents, random, step);
            await using NamespaceSnapshot now = await documents.CreateSnapshotAsync();
            if (records.TryAdd(now.Sequence, await ReadRecord.ReadAsync(documents, ReadConsistency.Strong)))
            {
                over[now.Sequence] = DateTimeOffset.MaxValue;
                foreach (long sequence in records.Keys.Where(key => key < now.Sequence))
                {
                    // A state is over when the next one is there, and kept for as long from then on.
                    over[sequence] = over[sequence] < Clock.GetUtcNow() ? over[sequence] : Clock.GetUtcNow();
                }
            }

            Clock.Advance(TimeSpan.FromSeconds(20));
            long asked = records.Keys.ElementAt(random.Next(records.Count));
            TidepoolNamespace reader = random.Next(3) == 0 ? OpenNamespace() : documents;
            try
            {
                string found = await ReadRecord.ReadAsync(reader, ReadConsistency.AsOf(asked));
                Assert.That(found, Is.EqualTo(records[asked]), $"seed {Seed}, step {step}, state {asked}");
            }
            catch (SnapshotExpiredException exception)
            {
                expired++;
                Assert.That(Clock.GetUtcNow(), Is.GreaterThanOrEqualTo(over[asked] + s_kept), exception.Message);
                Assert.That(exception.OldestSequence, Is.GreaterThan(asked));
                await ReadRecord.ReadAsync(reader, ReadConsistency.AsOf(exception.OldestSequence!.Value));
            }
        }

        Assert.That(expired, Is.GreaterThan(10));
    }

    [Test]
    public async Task AsOf_WithoutRetention_ExpiresWithTheGraceWindow()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(5));
        await documents.UpsertAsync(MakeDocument(9));
        await documents.CompactAsync();
        Clock.Advance(TimeSpan.FromSeconds(61));
        await documents.CompactAsync();

        SnapshotExpiredException expired = Assert.ThrowsAsync<SnapshotExpiredException>(
            () => documents.GetAsync(1, new ReadOptions { Consistency = ReadConsistency.AsOf(1) }))!;

        Assert.That(expired.OldestSequence, Is.EqualTo(2));
        Assert.That(expired.Message, Does.Contain("AsOf(1)").And.Contain("sequence 2"));
        Assert.That(expired.Namespace, Is.EqualTo("n"));
        Assert.That(await ScanIdsAsync(documents, ReadConsistency.AsOf(2)), Has.Length.EqualTo(6));
        Assert.That(await ScanIdsAsync(documents, ReadConsistency.AsOf(0)), Is.Empty);
    }

    [Test]
    public async Task AsOf_WriteThatIsYetToCome_IsRefused()
    {
        TidepoolNamespace documents = OpenNamespace();
        WriteResult last = await documents.UpsertAsync(MakeDocument(1));

        Assert.That(
            async () => await ScanIdsAsync(documents, ReadConsistency.AsOf(last.Sequence + 1)),
            Throws.InvalidOperationException);
    }

    [Test]
    public async Task AsOf_WriteOfAnotherProcess_IsSeen()
    {
        TidepoolNamespace reader = OpenNamespace();
        TidepoolNamespace writer = OpenNamespace();
        Assert.That(await reader.CountAsync(), Is.Zero);
        await writer.UpsertAsync(MakeDocument(1));
        await writer.UpsertAsync(MakeDocument(2));

        Assert.That(await ScanIdsAsync(reader, ReadConsistency.AsOf(1)), Is.EqualTo([1L]));
        Assert.That(await ScanIdsAsync(reader, ReadConsistency.AsOf(2)), Is.EqualTo([1L, 2L]));
    }

    [Test]
    public async Task AsOf_SlotsOfTheSegmentsAtHandWereCollectedByAnother_GoesOnFromAnotherManifest()
    {
        TidepoolNamespace reader = OpenNamespace();
        TidepoolNamespace writer = OpenNamespace();
        await writer.UpsertAsync(MakeDocument(1));
        await writer.UpsertAsync(MakeDocument(2));
        Assert.That(await reader.CountAsync(), Is.EqualTo(2));
        await writer.CompactAsync();
        Clock.Advance(TimeSpan.FromSeconds(50));
        Assert.That(await reader.CountAsync(), Is.EqualTo(2), "stays fresh, without a look at manifests");
        await writer.UpsertAsync(MakeDocument(3));
        Assert.That(await reader.CountAsync(), Is.EqualTo(3));
        Clock.Advance(TimeSpan.FromSeconds(11));
        await writer.CompactAsync();

        Assert.That(await ScanIdsAsync(reader, ReadConsistency.AsOf(2)), Is.EqualTo([1L, 2L]));
    }

    [Test]
    public async Task AsOfTime_AnswersByTheTimesOfTheStore()
    {
        TidepoolNamespace documents = OpenNamespace(configure: Keep);
        var times = new List<DateTimeOffset>();
        for (int i = 0; i < 12; i++)
        {
            await documents.UpsertAsync(MakeDocument(i));
            times.Add(Clock.GetUtcNow());
            if (i % 4 == 1)
            {
                await documents.CompactAsync();
            }

            Clock.Advance(TimeSpan.FromSeconds(10));
        }

        TidepoolNamespace reader = OpenNamespace(configure: Keep);
        for (int i = 0; i < 12; i++)
        {
            Assert.That(await ScanIdsAsync(reader, ReadConsistency.AsOf(times[i])), Has.Length.EqualTo(i + 1));
            Assert.That(
                await ScanIdsAsync(reader, ReadConsistency.AsOf(times[i].AddTicks(-1))), Has.Length.EqualTo(i));
        }

        Assert.That(await ScanIdsAsync(reader, ReadConsistency.AsOf(times[0].AddDays(-1))), Is.Empty);
        Assert.That(await ScanIdsAsync(reader, ReadConsistency.AsOf(times[0].AddDays(1))), Has.Length.EqualTo(12));
    }

    [Test]
    public async Task AsOfTime_BeforeAnEarlierNamespaceOfThatName_HasExpired()
    {
        TidepoolNamespace documents = OpenNamespace(configure: Keep);
        await documents.UpsertAsync(MakeDocument(1));
        DateTimeOffset before = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromSeconds(10));
        await documents.EnsureDeletedAsync();
        Assert.That(
            async () => await ScanIdsAsync(documents, ReadConsistency.AsOf(before)),
            Throws.TypeOf<SnapshotExpiredException>());
        Clock.Advance(TimeSpan.FromSeconds(10));
        await documents.UpsertAsync(MakeDocument(2));

        Assert.That(
            async () => await ScanIdsAsync(documents, ReadConsistency.AsOf(before)),
            Throws.TypeOf<SnapshotExpiredException>());
        Assert.That(await ScanIdsAsync(documents, ReadConsistency.AsOf(Clock.GetUtcNow())), Is.EqualTo([2L]));
    }

    [Test]
    public async Task AsOf_OpenState_OutlastsItsExpiry()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(5));
        await documents.CompactAsync();
        await documents.DeleteAsync(3);
        await using NamespaceSnapshot held = await documents.CreateSnapshotAsync(ReadConsistency.AsOf(1));
        IAsyncEnumerator<Document> scan = documents
            .ScanAsync(options: new ScanOptions { Consistency = ReadConsistency.AsOf(1) }).GetAsyncEnumerator();
        Assert.That(await scan.MoveNextAsync(), Is.True);
        for (int i = 0; i < 6; i++)
        {
            await documents.UpsertAsync(MakeDocument(10 + i));
            await documents.CompactAsync();
            await ScanIdsAsync(documents, ReadConsistency.AsOf(3 + i)); // Others than it are kept open.
            Clock.Advance(TimeSpan.FromMinutes(2));
        }

        await documents.CompactAsync();
        Assert.That(await held.CountAsync(), Is.EqualTo(5));
        int count = 1;
        while (await scan.MoveNextAsync())
        {
            count++;
        }

        await scan.DisposeAsync();
        Assert.That(count, Is.EqualTo(5));
    }

    [TestCase("files")]
    [TestCase("network")]
    public async Task AsOf_OnStoresOfOtherKinds_AnswersAsThen(string kind)
    {
        using var folder = new TestFolder();
        IObjectStore store = kind == "files"
            ? new FileObjectStore(folder.At("store"))
            : new SharedStore(Store, ObjectStoreSharing.Network);
        Action<TidepoolOptions> configure = options =>
        {
            options.Cache.DiskDirectory = folder.At("cache");
            options.Cache.PartialFromBytes = 1;
        };
        TidepoolNamespace documents = OpenNamespace(store, configure);
        await documents.UpsertAsync(MakeDocuments(5_000));
        await documents.CompactAsync();
        string record = await ReadRecord.ReadAsync(documents, ReadConsistency.Strong);
        await documents.DeleteAsync(Filter.Field("value") == 0L);
        await documents.UpsertAsync(MakeDocuments(3));
        await documents.CompactAsync();

        TidepoolNamespace reader = OpenNamespace(store, configure);
        Assert.That(await ReadRecord.ReadAsync(reader, ReadConsistency.AsOf(1)), Is.EqualTo(record));
        Assert.That(await reader.CountAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task AsOf_PrivateDatabase_KeepsWhatIsAskedFor()
    {
        var options = new TidepoolOptions { TimeProvider = Clock, Compaction = { Enabled = false } };
        options.HistoryRetention = TimeSpan.FromMinutes(1);
        await using TidepoolDatabase database = TidepoolDatabase.CreateInMemory(options);
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(5));
        await documents.CompactAsync();
        await documents.DeleteAsync(2);
        await documents.CompactAsync();

        Assert.That(await ScanIdsAsync(documents, ReadConsistency.AsOf(1)), Has.Length.EqualTo(5));
    }

    private static void Keep(TidepoolOptions options) => options.HistoryRetention = TimeSpan.FromDays(1);

    private static async Task StepAsync(TidepoolNamespace documents, Random random, int step)
    {
        switch (random.Next(7))
        {
            case 0:
                await documents.CompactAsync();
                break;
            case 1:
                await documents.WaitForIndexingAsync();
                break;
            case 2:
                await documents.DeleteAsync(random.Next(30));
                break;
            case 3:
                await documents.DeleteAsync(Filter.Field("value") == (long)random.Next(6));
                break;
            default:
                await documents.UpsertAsync(Enumerable.Range(0, random.Next(1, 9))
                    .Select(_ => MakeDocument(random.Next(30), step % 6)));
                break;
        }
    }
}
