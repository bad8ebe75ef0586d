using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>A copy is what the namespace was; from then on neither knows of the other.</summary>
internal sealed class CopyNamespaceTests : EngineFixture
{
    private static readonly TimeSpan s_graceWindow = TimeSpan.FromSeconds(61);
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    [Test]
    public async Task Copy_ThenChangeEither_LeavesTheOtherAsItWas()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        string before = await ReadAsync(source);

        await database.CopyNamespaceAsync("n", "copy");

        TidepoolNamespace copy = database.GetNamespace("copy");
        Assert.That(await ReadAsync(copy), Is.EqualTo(before));
        WriteResult last = await source.UpsertAsync(MakeDocument(1, value: 100));
        await source.DeleteAsync([2, 20]);
        Assert.That(await ReadAsync(copy), Is.EqualTo(before), "after writes to the source");
        string changed = await ReadAsync(source);
        WriteResult first = await copy.UpsertAsync(MakeDocument(3, value: 200));
        await copy.DeleteAsync(4);
        Assert.That(await ReadAsync(source), Is.EqualTo(changed), "after writes to the copy");
        Assert.That(first.Sequence, Is.EqualTo(last.Sequence), "the logs have gone apart");
        string copied = await ReadAsync(copy);
        foreach (TidepoolNamespace one in (TidepoolNamespace[])[source, copy, source])
        {
            await one.CompactAsync();
            Clock.Advance(s_long);
            await one.CompactAsync();
            Assert.That(await ReadAsync(Open().GetNamespace("n")), Is.EqualTo(changed), one.Name);
            Assert.That(await ReadAsync(Open().GetNamespace("copy")), Is.EqualTo(copied), one.Name);
        }

        Assert.That((await copy.VerifyAsync()).Problems, Is.Empty);
        Assert.That((await source.VerifyAsync()).Problems, Is.Empty);
    }

    [Test]
    public async Task Copy_OfANamespaceInSegments_SharesThem()
    {
        var counter = new RequestCounter();
        TidepoolDatabase database = Open(new StoppingStore(Store, counter));
        TidepoolNamespace source = await MakeSourceAsync(database);
        await source.CompactAsync();
        long stored = await SizeAsync();
        int requests = counter.Count;

        await database.CopyNamespaceAsync("n", "copy");

        Assert.That(counter.Count - requests, Is.LessThanOrEqualTo(20));
        Assert.That(await SizeAsync() - stored, Is.LessThan(stored / 2));
        Assert.That(await ReadAsync(Open().GetNamespace("copy")), Is.EqualTo(await ReadAsync(source)));
    }

    [Test]
    public async Task Copy_ThenAskedForABatch_KnowsWhetherItIsInTheState()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        var key = Guid.NewGuid();
        WriteResult written = await source.UpsertAsync(MakeDocument(1), new WriteOptions { IdempotencyKey = key });

        await database.CopyNamespaceAsync("n", "copy");

        TidepoolNamespace copy = Open().GetNamespace("copy");
        Assert.That((await copy.ResolveAsync(key))?.Sequence, Is.EqualTo(written.Sequence));
        Assert.That(await copy.ResolveAsync(Guid.NewGuid()), Is.Null, "neither written nor forgotten");
    }

    [TestCase(0)]
    [TestCase(30)]
    public async Task Copy_SourceWasDroppedByOthers_IsRefused(int minutes)
    {
        TidepoolDatabase database = Open();
        await MakeSourceAsync(database);
        await Open().GetNamespace("n").EnsureDeletedAsync();
        Clock.Advance(TimeSpan.FromMinutes(minutes));

        Assert.That(() => database.CopyNamespaceAsync("n", "copy"), Throws.ArgumentException);
        Assert.That(await database.GetNamespace("copy").ExistsAsync(), Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Copy_StoppedAtAnyRequest_IsThereOrNotAndLeavesNothingBehind(bool isApplied)
    {
        await MakeSourceAsync(Open());
        string expected = await ReadAsync(Open().GetNamespace("n"));
        for (int stopAt = 1; ; stopAt++)
        {
            var counter = new RequestCounter(stopAt, isApplied);
            InMemoryObjectStore store = Store.Clone();
            try
            {
                await Open(new StoppingStore(store, counter)).CopyNamespaceAsync("n", "copy");
            }
            catch (StorageException)
            {
                Assert.That(counter.HasStopped, Is.True, $"request {stopAt}");
            }

            TidepoolDatabase database = Open(store);
            if (!await database.GetNamespace("copy").ExistsAsync())
            {
                Assert.That(counter.HasStopped, Is.True, $"request {stopAt}");
                await database.CopyNamespaceAsync("n", "copy");
            }

            Assert.That(await ReadAsync(database.GetNamespace("copy")), Is.EqualTo(expected), $"request {stopAt}");
            Assert.That(await ReadAsync(database.GetNamespace("n")), Is.EqualTo(expected), $"request {stopAt}");
            await CollectAsync(database, "n", "copy");
            Assert.That(await ReadAsync(Open(store).GetNamespace("copy")), Is.EqualTo(expected), $"request {stopAt}");
            Assert.That(await FindIncarnationsAsync(store), Has.Length.EqualTo(2), $"request {stopAt}");
            if (!counter.HasStopped)
            {
                break;
            }
        }
    }

    [Test]
    public async Task Copy_SourceIsDropped_KeepsWhatItShares()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        string expected = await ReadAsync(source);
        await database.CopyNamespaceAsync("n", "copy");

        await source.EnsureDeletedAsync();
        await CollectAsync(database);

        Assert.That(await ReadAsync(Open().GetNamespace("copy")), Is.EqualTo(expected));
        Assert.That((await Open().GetNamespace("copy").VerifyAsync()).Problems, Is.Empty);
    }

    [Test]
    public async Task Copy_MergesWhatItShares_LetsGoOfIt()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        await database.CopyNamespaceAsync("n", "copy");
        string expected = await ReadAsync(source);
        await source.EnsureDeletedAsync();
        TidepoolNamespace copy = database.GetNamespace("copy");
        await copy.DeleteAsync(0);
        await copy.UpsertAsync(MakeDocument(0));
        Assert.That(await FindIncarnationsAsync(Store), Has.Length.EqualTo(2));

        await copy.CompactAsync();
        await CollectAsync(database, "copy");

        Assert.That(await FindIncarnationsAsync(Store), Has.Length.EqualTo(1), "nothing is left of the source");
        Assert.That(await ReadAsync(Open().GetNamespace("copy")), Is.EqualTo(expected));
    }

    [Test]
    public async Task Copy_SourceMergesAndCollects_KeepsTheSegmentsUntilTheCopyDoesWithoutThem()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        await database.CopyNamespaceAsync("n", "copy");
        string expected = await ReadAsync(source);
        await source.CompactAsync();
        await CollectAsync(database, "n");
        int shared = await CountSegmentsAsync();

        Assert.That(await ReadAsync(Open().GetNamespace("copy")), Is.EqualTo(expected));
        await database.GetNamespace("copy").CompactAsync();
        await CollectAsync(database, "copy", "n");
        Assert.That(await ReadAsync(Open().GetNamespace("copy")), Is.EqualTo(expected));
        Assert.That((shared > 2, await CountSegmentsAsync()), Is.EqualTo((true, 2)), "one of each");
    }

    [Test]
    public async Task Copy_OfACopy_OutlivesBoth()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        await database.CopyNamespaceAsync("n", "b");
        await database.GetNamespace("b").UpsertAsync(MakeDocument(500));
        await database.GetNamespace("b").WaitForIndexingAsync();
        await database.CopyNamespaceAsync("b", "c");
        string expected = await ReadAsync(database.GetNamespace("b"));
        await source.EnsureDeletedAsync();
        await CollectAsync(database);
        await CollectAsync(database, "b");
        await database.GetNamespace("b").EnsureDeletedAsync();
        await CollectAsync(database);
        Assert.That(await FindIncarnationsAsync(Store), Has.Length.EqualTo(3));

        Assert.That(await ReadAsync(Open().GetNamespace("c")), Is.EqualTo(expected));
        Assert.That((await Open().GetNamespace("c").VerifyAsync()).Problems, Is.Empty);
        await database.GetNamespace("c").CompactAsync();
        await CollectAsync(database, "c");
        Assert.That(await FindIncarnationsAsync(Store), Has.Length.EqualTo(1));
        Assert.That(await ReadAsync(Open().GetNamespace("c")), Is.EqualTo(expected));
    }

    [Test]
    public async Task Copy_ReadAsItWas_HasNoStateBeforeItBegan()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        long position = (await source.GetStatisticsAsync()).LastSequence;
        await database.CopyNamespaceAsync("n", "copy");
        TidepoolNamespace copy = database.GetNamespace("copy");
        long count = await copy.CountAsync();
        await copy.DeleteAsync(0);

        Assert.That(
            await copy.GetAsync(0, new ReadOptions { Consistency = ReadConsistency.AsOf(position) }), Is.Not.Null);
        Assert.That(
            () => copy.GetAsync(0, new ReadOptions { Consistency = ReadConsistency.AsOf(position - 1) }),
            Throws.TypeOf<SnapshotExpiredException>());
        Assert.That(await copy.CountAsync(), Is.EqualTo(count - 1));
    }

    [Test]
    public async Task Copy_IsTagged_KeepsWhatTheTagShares()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        await database.CopyNamespaceAsync("n", "copy");
        TidepoolNamespace copy = database.GetNamespace("copy");
        long count = await copy.CountAsync();
        await copy.CreateTagAsync("before");
        await copy.DeleteAsync(Filter.Field("value") == 0L);
        await source.EnsureDeletedAsync();
        await CollectAsync(database, "copy");

        TidepoolNamespace again = Open().GetNamespace("copy");
        var before = new ReadOptions { Consistency = ReadConsistency.AsOfTag("before") };
        Assert.That(await again.GetAsync(0), Is.Null);
        Assert.That(await again.GetAsync(0, before), Is.Not.Null);
        Assert.That(count, Is.GreaterThan(await again.CountAsync()));
        await again.DeleteTagAsync("before");
        await CollectAsync(database, "copy");
        Assert.That(await FindIncarnationsAsync(Store), Has.Length.EqualTo(1), "nothing is left of the source");
    }

    [Test]
    public async Task Copy_Dropped_LetsGoOfTheSource()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        await database.CopyNamespaceAsync("n", "copy");
        await database.GetNamespace("copy").EnsureDeletedAsync();
        await source.CompactAsync();

        await CollectAsync(database, "n");

        Assert.That(await FindIncarnationsAsync(Store), Has.Length.EqualTo(1));
        Assert.That(await CountSegmentsAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Copy_IsBackedUp_RestoresWithoutTheSource()
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace source = await MakeSourceAsync(database);
        await database.CopyNamespaceAsync("n", "copy");
        var target = new InMemoryObjectStore(Clock);

        await database.BackupAsync(Store, new BackupOptions { Namespaces = { "copy" } });
        await TidepoolDatabase.RestoreAsync(Store, target);

        Assert.That(await ReadAsync(Open(target).GetNamespace("copy")), Is.EqualTo(await ReadAsync(source)));
        Assert.That(await FindIncarnationsAsync(target), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Copy_PrivateDatabase_GoesOnWithoutTheSource()
    {
        await using var database = TidepoolDatabase.CreateInMemory(
            new TidepoolOptions { TimeProvider = Clock, Compaction = { Enabled = false } });
        TidepoolNamespace source = await MakeSourceAsync(database);
        string expected = await ReadAsync(source);

        await database.CopyNamespaceAsync("n", "copy");
        await source.CompactAsync();
        await source.EnsureDeletedAsync();
        await CollectAsync(database, "copy");

        Assert.That(await ReadAsync(database.GetNamespace("copy")), Is.EqualTo(expected));
        Assert.That((await database.GetNamespace("copy").VerifyAsync()).Problems, Is.Empty);
    }

    [Test]
    public async Task Copy_NameIsTakenOrSourceMissing_IsRefused()
    {
        TidepoolDatabase database = Open();
        await MakeSourceAsync(database);
        await database.GetNamespace("other").UpsertAsync(MakeDocument(1));

        Assert.That(() => database.CopyNamespaceAsync("n", "other"), Throws.InvalidOperationException);
        Assert.That(() => database.CopyNamespaceAsync("n", "n"), Throws.InvalidOperationException);
        Assert.That(() => database.CopyNamespaceAsync("missing", "copy"), Throws.ArgumentException);
        Assert.That(() => database.CopyNamespaceAsync("n", "a name"), Throws.ArgumentException);
        Assert.That(
            () => Open(configure: options => options.ReadOnly = true).CopyNamespaceAsync("n", "copy"),
            Throws.InvalidOperationException);
        Assert.That(await database.ListNamespacesAsync().ToListAsync(), Is.EqualTo(["n", "other"]));
    }

    /// <summary>A namespace with two segments, dead rows in one at the floor and in the other since, and a tail.
    /// </summary>
    private static async Task<TidepoolNamespace> MakeSourceAsync(TidepoolDatabase database)
    {
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(200));
        await documents.WaitForIndexingAsync();
        await documents.DeleteAsync(Enumerable.Range(10, 5).Select(id => (DocumentId)id));
        await documents.UpsertAsync(Enumerable.Range(300, 40).Select(id => MakeDocument(id)));
        await documents.WaitForIndexingAsync();
        await documents.DeleteAsync([7, 305]);
        await documents.UpsertAsync(MakeDocument(9, value: 1));
        return documents;
    }

    private static async Task<string> ReadAsync(TidepoolNamespace documents)
    {
        var found = new List<string>();
        await foreach (Document document in documents.ScanAsync())
        {
            found.Add($"{document.Id}={document["value"].As<long>()}");
        }

        return string.Join(' ', found);
    }

    /// <summary>Lets all windows pass, merges and collects in some namespaces, and collects what was dropped.
    /// </summary>
    private async Task CollectAsync(TidepoolDatabase database, params string[] names)
    {
        for (int round = 0; round < 4; round++)
        {
            Clock.Advance(round == 0 ? s_long : s_graceWindow);
            foreach (string name in names)
            {
                await database.GetNamespace(name).CompactAsync();
            }

            if (names.Length == 0)
            {
                await CollectDroppedAsync();
            }
        }
    }

    private static async Task<string[]> FindIncarnationsAsync(IObjectStore store) =>
        [.. (await store.KeysAsync("d/")).Select(key => key.Split('/')[1]).Distinct()];

    private async Task<int> CountSegmentsAsync() =>
        (await Store.KeysAsync("d/")).Count(key => key.EndsWith(".tpvs", StringComparison.Ordinal));

    private async Task<long> SizeAsync()
    {
        ObjectListing listing = await Store.ListAsync("d/");
        return listing.Objects.Sum(info => info.Length);
    }
}
