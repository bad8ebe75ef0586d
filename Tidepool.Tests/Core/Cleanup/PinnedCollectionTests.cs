using System.Buffers;
using NUnit.Framework;
using Tidepool.Cleanup;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Storage;
using Tidepool.Tests.Core.Wal;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Cleanup;

/// <summary>What is pinned stays, whoever collects, and however the two meet.</summary>
internal sealed class PinnedCollectionTests : CollectorFixture
{
    [Test]
    public async Task Collect_ObjectsOfAPin_StayUntilItIsReleased()
    {
        LogProcess process = await OpenAsync();
        SegmentEntry segment = await AddSegmentAsync(process, 1, deleted: 1);
        await process.PinAsync("v1");
        await RemoveSegmentAsync(process, segment);
        Clock.Advance(Policy.OrphanAge);

        Assert.That((await process.CollectAsync()).Graves, Is.Zero);
        Assert.That(await ListAsync(process.Keys.Segments), Has.Count.EqualTo(2), "segment and deletions");
        Assert.That(process.Manifests.Current.Graveyard, Has.Length.EqualTo(2));

        await process.Pins.ReleaseAsync("v1", default);
        CollectionReport report = await process.CollectAsync();
        Assert.That(report.Graves, Is.EqualTo(2));
        Assert.That(await ListAsync(process.Keys.Segments), Is.Empty);
        Assert.That(process.Manifests.Current.Graveyard, Is.Empty);
    }

    [Test]
    public async Task Collect_LogOfAPin_StaysUntilItIsReleased()
    {
        LogProcess process = await OpenAsync();
        await process.AppendAsync();
        await process.FlushAsync();
        await process.AppendAsync();
        await process.AppendAsync();
        await process.PinAsync("v1");
        await process.AppendAsync();
        await process.FlushAsync();
        Clock.Advance(Policy.Window);

        CollectionReport report = await process.CollectAsync();

        Assert.That(report.LogEntries, Is.EqualTo(2), "the first is in the pin's manifest, the last came after it");
        Assert.That(report.Manifests, Is.EqualTo(1), "the pin has its own copy");
        Assert.That(await ListAsync(process.Keys.Log), Is.EqualTo(
            [process.Keys.LogEntry(2), process.Keys.LogEntry(3)]));
        await process.Pins.ReleaseAsync("v1", default);
        Assert.That((await process.CollectAsync()).LogEntries, Is.EqualTo(2));
    }

    [Test]
    public async Task Collect_LedgerOfAPin_Stays()
    {
        LogProcess process = await OpenAsync();
        for (int i = 0; i < 5; i++)
        {
            await process.AppendAsync();
        }

        Guid ledger = Guid.NewGuid();
        LogPosition head = process.Log.Head;
        await process.Manifests.CommitAsync(
            (parent, _) =>
            {
                var edit = new ManifestEdit(parent);
                BatchHistory all = parent.Batches.Record(
                    process.Log.GetBatches(0, head.Sequence), now: null, TimeSpan.MaxValue);
                var entry = new LedgerEntry(ledger, 1, 5, 1, 5, Clock.GetUtcNow());
                edit.AdvanceFloor(head, parent.Schema, all.MoveTo(entry));
                return new(edit);
            },
            default);
        await Store.PutAsync(process.Keys.Ledger(ledger), new ReadOnlySequence<byte>([1]));
        await process.PinAsync("v1");
        await process.AppendAsync();
        head = process.Log.Head;
        await process.Manifests.CommitAsync(
            (parent, _) =>
            {
                var edit = new ManifestEdit(parent);
                edit.AdvanceFloor(head, parent.Schema, parent.Batches.Record(
                    process.Log.GetBatches(5, head.Sequence), Clock.GetUtcNow().AddDays(9), TimeSpan.FromDays(8)));
                return new(edit);
            },
            default);
        Assert.That(process.Manifests.Current.Graveyard.Single().Kind, Is.EqualTo(GraveKind.Ledger));
        Clock.Advance(Policy.OrphanAge);

        await process.CollectAsync();
        Assert.That(await ListAsync(process.Keys.Ledgers), Has.Count.EqualTo(1));
        await process.Pins.ReleaseAsync("v1", default);
        await process.CollectAsync();
        Assert.That(await ListAsync(process.Keys.Ledgers), Is.Empty);
    }

    [Test]
    public async Task Collect_StopsForAWindowAfterItListedThePins_KeepsWhatAPinKeepsThatCameThen()
    {
        LogProcess slow = await OpenAsync();
        SegmentEntry segment = await AddSegmentAsync(slow, 1);
        await slow.AppendAsync();
        LogProcess other = await OpenAsync();
        bool hasPaused = false;
        slow.Store.BeforeRequest = async (operation, key) =>
        {
            if (operation == StoreOperation.List && key == slow.Keys.Segments && !hasPaused)
            {
                hasPaused = true;
                await other.PinAsync("v1");
                await RemoveSegmentAsync(other, segment);
                Clock.Advance(Policy.OrphanAge);
            }
        };

        await slow.CollectAsync();

        Assert.That(hasPaused);
        await AssertIsThereAsync((await other.Pins.FindAsync("v1", default))!, slow.Keys);
        await other.CollectAsync();
        await AssertIsThereAsync((await other.Pins.FindAsync("v1", default))!, slow.Keys);
    }

    [Test]
    public async Task Collect_BetweenReadingTheStateAndStoringThePin_HasNothingDueYet()
    {
        LogProcess process = await OpenAsync();
        SegmentEntry segment = await AddSegmentAsync(process, 1);
        await process.AppendAsync();
        LogProcess other = await OpenAsync();

        Pin pin = (await process.PinAsync("v1", beforeStored: async () =>
        {
            await RemoveSegmentAsync(other, segment);
            Clock.Advance(Policy.PinWindow / 2);
            await other.CollectAsync();
        }))!;

        Assert.That(pin.Number, Is.EqualTo(1));
        await AssertIsThereAsync(pin, process.Keys);
        Clock.Advance(Policy.Window);
        await other.CollectAsync();
        await AssertIsThereAsync(pin, process.Keys);
    }

    [Test]
    public async Task Collect_PinThatCameTooLate_KeepsNothing()
    {
        LogProcess process = await OpenAsync();
        SegmentEntry segment = await AddSegmentAsync(process, 1);
        process.Store.FailNext(StoreOperation.Put, process.Keys.Pins, StoreFault.Delay);
        Assert.That(async () => await process.PinAsync("v1"), Throws.InstanceOf<StorageException>());
        await RemoveSegmentAsync(process, segment);
        Clock.Advance(Policy.Window);
        await process.Store.DeliverAsync();

        Assert.That((await process.CollectAsync()).Graves, Is.EqualTo(1));
    }

    [Test]
    public async Task Collect_PinIsReleasedAndMadeAgainMeanwhile_KeepsTheNewOne()
    {
        LogProcess slow = await OpenAsync();
        await AddSegmentAsync(slow, 1);
        await slow.PinAsync("v1");
        LogProcess other = await OpenAsync();
        await AddSegmentAsync(other, 2);
        Clock.Advance(Policy.Window);
        bool hasPaused = false;
        slow.Store.BeforeRequest = async (operation, key) =>
        {
            if (operation == StoreOperation.List && key == slow.Keys.Segments && !hasPaused)
            {
                hasPaused = true;
                await other.Pins.ReleaseAsync("v1", default);
                await other.PinAsync("v1");
            }
        };

        await slow.CollectAsync();
        await slow.CollectAsync();

        Assert.That(hasPaused);
        await AssertIsThereAsync((await slow.Pins.FindAsync("v1", default))!, slow.Keys);
    }

    [Test]
    public async Task Collect_ExclusiveStore_WaitsForAPinThatIsBeingMade()
    {
        LogProcess process = await OpenAsync(GracePolicy.Exclusive);
        SegmentEntry segment = await AddSegmentAsync(process, 1);
        await process.AppendAsync();
        Task<CollectionReport>? collection = null;

        Pin pin = (await process.PinAsync("v1", beforeStored: async () =>
        {
            await RemoveSegmentAsync(process, segment);
            collection = process.CollectAsync();
            Assert.That(collection.IsCompleted, Is.False);
        }))!;

        await collection!;
        await AssertIsThereAsync(pin, process.Keys);
    }

    [Test]
    public async Task Collect_ListingLeavesOutAPinThatIsKnown_KeepsIt()
    {
        LogProcess process = await OpenAsync();
        SegmentEntry segment = await AddSegmentAsync(process, 1);
        await process.PinAsync("v1");
        await RemoveSegmentAsync(process, segment);
        await Store.DeleteAsync([process.Keys.Pin("v1", 1)]); // As good as not listed.
        Clock.Advance(Policy.Window);

        Assert.That((await process.CollectAsync()).Graves, Is.Zero);
        Assert.That(await ListAsync(process.Keys.Segments), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task CollectDatabase_DroppedNamespaceWithATag_GoesWithTheTag()
    {
        LogProcess process = await OpenAsync();
        await AddSegmentAsync(process, 1);
        await process.PinAsync("v1");

        await DropAndCollectAsync(process);

        Assert.That(await ListAsync(process.Keys.All), Is.Empty);
    }

    [Test]
    public async Task CollectDatabase_DroppedNamespaceWithABranch_StaysUntilTheBranchLetsGo()
    {
        LogProcess process = await OpenAsync();
        await AddSegmentAsync(process, 1);
        await process.AppendAsync();
        string branch = PinNames.ForBranch(Guid.NewGuid());
        Pin pin = (await process.PinAsync(branch))!;

        await DropAndCollectAsync(process);
        await AssertIsThereAsync(pin, process.Keys);

        await process.Pins.ReleaseAsync(branch, default);
        await CollectDatabaseAsync();
        Assert.That(await ListAsync(process.Keys.All), Is.Empty);
    }

    private async Task DropAndCollectAsync(LogProcess process)
    {
        await process.DropAsync();
        Clock.Advance(Policy.Window);
        await CollectDatabaseAsync();
    }

    private async Task CollectDatabaseAsync()
    {
        var registry = new NamespaceRegistry(Store, LogProcess.Database);
        await new DatabaseCollector(Store, LogProcess.Database, registry, Policy).RunAsync(default);
    }

    private async Task AssertIsThereAsync(Pin pin, NamespaceKeys keys)
    {
        var objects = new HashSet<string>();
        PinnedObjects.AddObjects(objects, keys, pin.Manifest);
        for (long n = pin.Manifest.Floor.Sequence + 1; n <= pin.Position.Sequence; n++)
        {
            objects.Add(keys.LogEntry(n));
        }

        Assert.That(objects, Has.Count.GreaterThan(1));
        foreach (string key in objects)
        {
            using GetResult found = await Store.GetAsync(key);
            Assert.That(found.Found, Is.True, key);
        }
    }
}
