using System.Buffers;
using NUnit.Framework;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Recovery;
using Tidepool.Storage;
using Tidepool.Tests.Core.Wal;
using Tidepool.Tests.Support;
using Tidepool.Wal;

namespace Tidepool.Tests.Core.Recovery;

internal sealed class NamespaceOpenerTests : LogFixture
{
    [Test]
    public async Task Open_NoSuchNamespace_IsNullAndWritesNothing()
    {
        var store = new FaultyObjectStore(Store);

        Assert.That(await MakeOpener(store).OpenAsync("n", null, default), Is.Null);
        Assert.That(store.CountRequests(StoreOperation.Put), Is.Zero);
    }

    [TestCase(0, false)]
    [TestCase(0, true)]
    [TestCase(1, false)]
    [TestCase(7, true)]
    public async Task Open_WithAGoodHintAndAShortTail_TakesTwoRoundTrips(int tail, bool isFlushed)
    {
        LogProcess writer = await OpenAsync();
        if (isFlushed)
        {
            await writer.AppendAsync();
            await writer.FlushAsync();
        }

        for (int i = 0; i < tail; i++)
        {
            await writer.AppendAsync();
        }

        var store = new FaultyObjectStore(Store);
        List<Manifest> announced = [];
        (NamespaceOpening? opening, int trips) = await RoundTrips.CountAsync(
            store, () => MakeOpener(store).OpenAsync("n", (_, manifest) => announced.Add(manifest), default));

        using (opening)
        {
            Assert.That(trips, Is.EqualTo(2));
            Assert.That(opening!.Start.Hash, Is.EqualTo(writer.Manifests.Current.Hash));
            Assert.That(opening.Tail, Has.Count.EqualTo(tail));
            Assert.That(announced, Has.Count.EqualTo(1), "in time for its segments to be fetched meanwhile");
            Assert.That(announced[0].Hash, Is.EqualTo(opening.Start.Hash));
        }
    }

    [Test]
    public async Task Open_TailLongerThanGuessed_IsCaughtUpWith()
    {
        LogProcess writer = await OpenAsync();
        for (int i = 0; i < NamespaceOpener.GuessedSlots + 30; i++)
        {
            await writer.AppendAsync();
        }

        LogProcess reader = await OpenAsync();

        Assert.That(reader.View, Is.EqualTo(writer.View));
    }

    [TestCase("missing")]
    [TestCase("damaged")]
    [TestCase("stale")]
    [TestCase("of another incarnation")]
    [TestCase("of another namespace")]
    [TestCase("of the future")]
    public async Task Open_HintIs_TheAnswerIsTheSame(string what)
    {
        LogProcess writer = await OpenAsync();
        await writer.AppendAsync();
        await writer.FlushAsync();
        string key = LogProcess.Database.Hint("n");
        using GetResult old = await Store.GetAsync(key);
        await writer.AppendAsync();
        await writer.FlushAsync();
        await writer.AppendAsync();
        Manifest current = writer.Manifests.Current;
        byte[]? hint = what switch
        {
            "missing" => null,
            "damaged" => [1, 2, 3],
            "stale" => old.Data.ToArray(),
            "of another incarnation" => HintCodec.Encode(3, ManifestCodec.Encode(current)),
            "of another namespace" => HintCodec.Encode(
                1, ManifestCodec.Encode(current with { NamespaceId = Guid.NewGuid() })),
            _ => HintCodec.Encode(1, ManifestCodec.Encode(current with
            {
                Generation = 9,
                Floor = new LogPosition(99, new ContentHash(1)),
            })),
        };
        await Store.DeleteAsync([key]);
        if (hint is not null)
        {
            await Store.PutAsync(key, new ReadOnlySequence<byte>(hint));
        }

        LogProcess reader = await OpenAsync();

        Assert.That(reader.View, Is.EqualTo(writer.View));
        Assert.That(reader.Manifests.Current.Hash, Is.EqualTo(current.Hash));
    }

    [Test]
    public async Task Open_SlotsBehindAStaleHintAreGhosts_TheyAreNotApplied()
    {
        LogProcess sleeper = await OpenAsync();
        LogProcess writer = await OpenAsync();
        string key = LogProcess.Database.Hint("n");
        using GetResult old = await Store.GetAsync(key);
        sleeper.Store.FailNext(StoreOperation.Put, "wal", StoreFault.Delay);
        sleeper.AppendToUnknown();
        Guid batch = await WriteAndRecycleAsync(writer);
        await sleeper.Store.DeliverAsync();
        await Store.PutAsync(key, new ReadOnlySequence<byte>(old.Data));

        LogProcess reader = await OpenAsync();

        Assert.That(reader.View, Is.EqualTo([batch]));
    }

    /// <summary>A slot that was written, with the one behind it, while both were read is read again; by then, after a
    /// pause, it may have been collected, and with it all that there was.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task Open_SlotsAreWrittenAndCollectedMeanwhile_LooksForANewerManifest(bool isDropped)
    {
        LogProcess writer = await OpenAsync();
        var store = new FaultyObjectStore(Store);
        int reads = 0;
        store.BeforeRequest = async (operation, key) =>
        {
            if (operation == StoreOperation.Get && key == writer.Keys.LogEntry(2) && reads++ == 0)
            {
                await writer.AppendAsync();
                await writer.AppendAsync();
                await writer.AppendAsync();
            }
            else if (operation == StoreOperation.Get && key == writer.Keys.LogEntry(1) && reads == 1)
            {
                reads++;
                await writer.FlushAsync();
                await writer.AppendAsync();
                PassTheWindow();
                await writer.CollectAsync();
                if (isDropped)
                {
                    await writer.DropAsync();
                }
            }
        };

        using NamespaceOpening? opening = await MakeOpener(store).OpenAsync("n", null, default);

        Assert.That(reads, Is.GreaterThan(1), "they were read a second time");
        Assert.That(opening?.Start.Hash, Is.EqualTo(isDropped ? null : writer.Manifests.Current.Hash));
        Assert.That(
            opening?.Tail.Select(entry => entry.Batches[0].Id), Is.EqualTo(isDropped ? null : writer.View.Skip(3)));
    }

    [Test]
    public async Task Open_AfterADrop_IsNullAndANewOneIsEmpty()
    {
        LogProcess writer = await OpenAsync();
        await writer.AppendAsync();
        await writer.FlushAsync();
        await writer.DropAsync();

        Assert.That(await MakeOpener(Store).OpenAsync("n", null, default), Is.Null);
        LogProcess next = await OpenAsync();

        Assert.That(next.View, Is.Empty);
        Assert.That(next.Record.Number, Is.EqualTo(3));
        Assert.That(next.Keys.NamespaceId, Is.Not.EqualTo(writer.Keys.NamespaceId));
    }

    [Test]
    public async Task Open_DropIsInTheLogButNotRecorded_RecordsIt()
    {
        LogProcess writer = await OpenAsync();
        await writer.Log.AppendAsync(
            WalEntryKind.Drop, [new WalBatch(Guid.NewGuid(), 0, default)], writer.Log.Head, default);

        Assert.That(await MakeOpener(Store).OpenAsync("n", null, default), Is.Null);
        var registry = new NamespaceRegistry(Store, LogProcess.Database);
        Assert.That((await registry.FindAsync("n", default))!.IsDropped, Is.True);
    }

    [Test]
    public async Task Open_DamagedTail_IsCorruption()
    {
        LogProcess writer = await OpenAsync();
        await writer.AppendAsync();
        string key = writer.Keys.LogEntry(1);
        await Store.PutAsync(key, new ReadOnlySequence<byte>([1, 2, 3]));

        Assert.That(
            async () => await OpenAsync(),
            Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(key));
    }

    [Test]
    public async Task Open_StoreThatTellsNoTime_StillOpens()
    {
        LogProcess writer = await OpenAsync();
        Guid batch = await writer.AppendAsync();
        var store = new FaultyObjectStore(Store) { HidesTime = true };

        using NamespaceOpening? opening = await MakeOpener(store).OpenAsync("n", null, default);

        Assert.That(opening!.Tail.Single().Batches[0].Id, Is.EqualTo(batch));
    }

    private static NamespaceOpener MakeOpener(IObjectStore store) =>
        new(store, LogProcess.Database, Policy, new NamespaceRegistry(store, LogProcess.Database));
}
