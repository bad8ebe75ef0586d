using System.Buffers;
using NUnit.Framework;
using Tidepool.Cleanup;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Storage;
using Tidepool.Tests.Core.Manifests;
using Tidepool.Tests.Core.Wal;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Cleanup;

internal sealed class CollectorTests : CollectorFixture
{
    [Test]
    public async Task Collect_WithinTheWindow_DeletesNothing()
    {
        LogProcess process = await OpenAsync();
        await process.AppendAsync();
        await process.FlushAsync();
        Clock.Advance(Policy.Window - TimeSpan.FromTicks(1));

        Assert.That(await process.CollectAsync(), Is.EqualTo(default(CollectionReport)));
    }

    [Test]
    public async Task Collect_LogBelowAnOldFloor_IsDeletedAndTheRestStays()
    {
        LogProcess process = await OpenAsync();
        await process.AppendAsync();
        await process.AppendAsync();
        await process.FlushAsync();
        await process.AppendAsync();
        Clock.Advance(Policy.Window);
        await process.FlushAsync(); // Young: what it consumed is needed for another window.
        await process.AppendAsync();

        CollectionReport report = await process.CollectAsync();

        Assert.That(report, Is.EqualTo(new CollectionReport(LogEntries: 2)));
        Assert.That(await ListAsync(process.Keys.Log), Is.EqualTo(
            [process.Keys.LogEntry(3), process.Keys.LogEntry(4)]));
    }

    [Test]
    public async Task Collect_OthersCommitBeforeItListsTheManifests_GoesByTheTimeItBegan()
    {
        LogProcess slow = await OpenAsync();
        await slow.AppendAsync();
        await slow.FlushAsync();
        LogProcess other = await OpenAsync();
        bool hasPaused = false;
        slow.Store.BeforeRequest = async (operation, key) =>
        {
            if (operation == StoreOperation.List && key == slow.Keys.Manifests && !hasPaused)
            {
                hasPaused = true;
                await other.AppendAsync();
                await other.FlushAsync();
                Clock.Advance(Policy.Window);
            }
        };

        CollectionReport report = await slow.CollectAsync();

        Assert.That(hasPaused);
        Assert.That(report, Is.EqualTo(default(CollectionReport)), "nothing was due when it listed the pins");
        Assert.That(await slow.CollectAsync(), Is.EqualTo(new CollectionReport(LogEntries: 2, Manifests: 1)));
    }

    [Test]
    public async Task Collect_ObjectOlderThanTheWindow_CountsFromTheManifestThatGaveItUp()
    {
        LogProcess process = await OpenAsync();
        SegmentEntry segment = await AddSegmentAsync(process, 1);
        Clock.Advance(Policy.Window * 3);
        await RemoveSegmentAsync(process, segment);

        Assert.That((await process.CollectAsync()).Graves, Is.Zero, "readers of the manifest before may need it");
        Clock.Advance(Policy.Window);
        Assert.That((await process.CollectAsync()).Graves, Is.EqualTo(1));
        Assert.That(await ListAsync(process.Keys.Segments), Is.Empty);
        Assert.That(process.Manifests.Current.Graveyard, Is.Empty);
        Assert.That((await process.CollectAsync()).Graves, Is.Zero);
    }

    [Test]
    public async Task Collect_GraveOfAnOlderManifest_UsesTheTimeNotedByTheNext()
    {
        LogProcess process = await OpenAsync();
        SegmentEntry segment = await AddSegmentAsync(process, 1);
        await RemoveSegmentAsync(process, segment);
        Clock.Advance(Policy.Window);
        for (int i = 2; i < 5; i++)
        {
            await AddSegmentAsync(process, i);
        }

        Assert.That((await process.CollectAsync()).Graves, Is.EqualTo(1));
        Assert.That(await ListAsync(process.Keys.Segments), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Collect_Orphans_GoWhenTheyAreOldAndNobodyRefersToThem()
    {
        LogProcess process = await OpenAsync();
        SegmentEntry live = await AddSegmentAsync(process, 1, deleted: 1);
        string orphan = process.Keys.Segment(Guid.NewGuid());
        string lostDeletions = process.Keys.Deletions(live.Id, Guid.NewGuid());
        string lostLedger = process.Keys.Ledger(Guid.NewGuid());
        foreach (string key in (string[])[orphan, lostDeletions, lostLedger])
        {
            await Store.PutAsync(key, new ReadOnlySequence<byte>([1]));
        }

        Clock.Advance(Policy.OrphanAge - TimeSpan.FromTicks(1));
        Assert.That((await process.CollectAsync()).Orphans, Is.Zero);
        Clock.Advance(TimeSpan.FromTicks(1));
        Assert.That((await process.CollectAsync()).Orphans, Is.EqualTo(3));
        Assert.That(await ListAsync(process.Keys.All + "seg/"), Is.EquivalentTo(
            [process.Keys.Segment(live.Id), process.Keys.Deletions(live.Id, live.Deletions!.Id)]));
    }

    [Test]
    public async Task Collect_OldManifests_BecomeTombstonesButKeepTheirNames()
    {
        LogProcess process = await OpenAsync();
        LogProcess sleeper = await OpenAsync();
        for (int i = 0; i < 4; i++)
        {
            await process.AppendAsync();
            await process.FlushAsync();
        }

        Clock.Advance(Policy.Window);
        Assert.That((await process.CollectAsync()).Manifests, Is.EqualTo(3));

        Assert.That(await ListAsync(process.Keys.Manifests), Has.Count.EqualTo(4));
        Assert.That((await process.CollectAsync()).Manifests, Is.Zero, "once is enough");
        await sleeper.Log.CatchUpAsync(default);
        Assert.That(sleeper.View, Is.EqualTo(process.View), "a tombstone leads to the newest");
    }

    [Test]
    public async Task Collect_StoppedAnywhere_IsFinishedByTheNext()
    {
        LogProcess process = await OpenAsync();
        for (int i = 1; i < 4; i++)
        {
            SegmentEntry segment = await AddSegmentAsync(process, i);
            await process.AppendAsync();
            await process.FlushAsync();
            await RemoveSegmentAsync(process, segment);
        }

        await Store.PutAsync(process.Keys.Segment(Guid.NewGuid()), new ReadOnlySequence<byte>([1]));
        Clock.Advance(Policy.OrphanAge);
        var stopped = new FaultyObjectStore(Store);
        int steps = 0;
        bool isFinished;
        do
        {
            steps++;
            stopped.ClearRequests();
            int left = steps;
            stopped.BeforeRequest = (_, _) => left-- == 0
                ? throw new StorageException("stopped", isTransient: true) : ValueTask.CompletedTask;
            isFinished = await TryCollectAsync(process, stopped);
        }
        while (!isFinished);

        Assert.That(steps, Is.GreaterThan(5));
        Assert.That(await process.CollectAsync(), Is.EqualTo(default(CollectionReport)));
        Assert.That(await ListAsync(process.Keys.Segments), Is.Empty);
        Assert.That(await ListAsync(process.Keys.Log), Is.Empty);
        LogProcess reader = await OpenAsync();
        Assert.That(reader.View, Is.EqualTo(process.View));
    }

    [Test]
    public async Task Collect_StoreThatTellsNoTime_KeepsEverything()
    {
        LogProcess process = await OpenAsync();
        await process.AppendAsync();
        await process.FlushAsync();
        Clock.Advance(TimeSpan.FromDays(30));
        process.Store.HidesTime = true;

        Assert.That(await process.CollectAsync(), Is.EqualTo(default(CollectionReport)));
    }

    [Test]
    public async Task Collect_ExclusiveStore_DeletesAtOnce()
    {
        LogProcess process = await OpenAsync(GracePolicy.Exclusive);
        await process.AppendAsync();
        await process.FlushAsync();

        Assert.That((await process.CollectAsync()).LogEntries, Is.EqualTo(1));
    }

    [Test]
    public async Task CollectDatabase_DroppedNamespace_GoesAfterTheWindowButItsRecordsStay()
    {
        LogProcess process = await OpenAsync();
        await AddSegmentAsync(process, 1);
        await process.DropAsync();
        LogProcess next = await OpenAsync();
        await next.AppendAsync();
        DatabaseCollector collector = new(
            Store, LogProcess.Database, new NamespaceRegistry(Store, LogProcess.Database), Policy);

        Assert.That((await collector.RunAsync(default)).Dropped, Is.Zero);
        Clock.Advance(Policy.Window);
        Assert.That((await collector.RunAsync(default)).Dropped, Is.GreaterThan(0));

        Assert.That(await ListAsync(process.Keys.All), Is.Empty);
        Assert.That(await ListAsync(next.Keys.All), Is.Not.Empty);
        Assert.That(await ListAsync(LogProcess.Database.Records), Has.Count.EqualTo(3));
        Assert.That((await collector.RunAsync(default)).Dropped, Is.Zero);
    }

    [Test]
    public async Task CollectDatabase_LeftoverProbe_GoesWhenOld()
    {
        await Store.PutAsync(LogProcess.Database.Probe(Guid.NewGuid()), new ReadOnlySequence<byte>([1]));
        DatabaseCollector collector = new(
            Store, LogProcess.Database, new NamespaceRegistry(Store, LogProcess.Database), Policy);

        Assert.That((await collector.RunAsync(default)).Orphans, Is.Zero);
        Clock.Advance(Policy.OrphanAge);
        Assert.That((await collector.RunAsync(default)).Orphans, Is.EqualTo(1));
    }

    private async Task<bool> TryCollectAsync(LogProcess process, FaultyObjectStore store)
    {
        // A process of its own, which dies with its collection.
        using var manifests = new ManifestStore(
            store, process.Keys, LogProcess.Database.Hint("n"), 1, process.Manifests.Current, seenAt: null);
        try
        {
            using var pins = new PinStore(store, process.Keys, Policy);
            var registry = new NamespaceRegistry(store, LogProcess.Database);
            var branches = new BranchPins(store, LogProcess.Database, registry, Policy);
            await new NamespaceCollector(store, process.Keys, manifests, pins, branches, Policy).RunAsync(default);
            return true;
        }
        catch (StorageException)
        {
            return false;
        }
        finally
        {
            await process.Manifests.RefreshAsync(default);
        }
    }
}
