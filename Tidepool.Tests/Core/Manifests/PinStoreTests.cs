using System.Buffers;
using NUnit.Framework;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;
using Tidepool.Tests.Core.Wal;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Manifests;

internal sealed class PinStoreTests : LogFixture
{
    [Test]
    public async Task Create_NewName_IsFoundAndListedByAnotherProcess()
    {
        LogProcess process = await OpenAsync();
        await process.AppendAsync();
        await process.FlushAsync();
        await process.AppendAsync();

        Pin made = (await process.PinAsync("v1"))!;

        LogProcess other = await OpenAsync();
        Pin found = (await other.Pins.FindAsync("v1", default))!;
        Assert.That(found.Id, Is.EqualTo(made.Id));
        Assert.That(found.Position, Is.EqualTo(process.Log.Head));
        Assert.That(found.Manifest.Hash, Is.EqualTo(process.Manifests.Current.Hash));
        Assert.That((await other.Pins.ListAsync(default)).Pins.Select(pin => pin.Id), Is.EqualTo([made.Id]));
    }

    [Test]
    public async Task Create_NameThatIsTaken_ReturnsNothingUntilItIsReleased()
    {
        LogProcess process = await OpenAsync();
        LogProcess other = await OpenAsync();
        await process.PinAsync("v1");

        Assert.That(await other.PinAsync("v1"), Is.Null);
        Assert.That(await other.Pins.ReleaseAsync("v1", default), Is.True);
        Assert.That(await process.Pins.ReleaseAsync("v1", default), Is.False);
        Assert.That(await process.Pins.FindAsync("v1", default), Is.Null);
        Assert.That((await other.PinAsync("v1"))!.Number, Is.EqualTo(2), "no key is used twice");
    }

    [Test]
    public async Task Create_AtTheSameTimeAsAnother_OnlyOneIsMade()
    {
        LogProcess process = await OpenAsync();
        LogProcess other = await OpenAsync();
        Pin? others = null;

        Pin? own = await process.PinAsync("v1", beforeStored: async () => others ??= await other.PinAsync("v1"));

        Assert.That(own, Is.Null);
        Assert.That((await process.Pins.FindAsync("v1", default))!.Id, Is.EqualTo(others!.Id));
    }

    [TestCase(StoreFault.LoseReply)]
    [TestCase(StoreFault.RetryAfterLostReply)]
    [TestCase(StoreFault.RepeatedOnTheWay)]
    public async Task Create_LostReply_IsRecognised(StoreFault fault)
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, process.Keys.Pins, fault);

        Pin? made = await process.PinAsync("v1");

        Assert.That((await process.Pins.FindAsync("v1", default))!.Id, Is.EqualTo(made!.Id));
    }

    [Test]
    public async Task Create_LostRequest_SaysThatItIsNotKnown()
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, process.Keys.Pins, StoreFault.LoseRequest);

        Assert.That(
            async () => await process.PinAsync("v1"),
            Throws.InstanceOf<StorageException>().With.Property("IsTransient").True);
        Assert.That(await process.Pins.FindAsync("v1", default), Is.Null);
        Assert.That(await process.PinAsync("v1"), Is.Not.Null);
    }

    [Test]
    public async Task Create_DelayedPutArrivesAfterHalfTheWindow_KeepsNothingAndFreesTheName()
    {
        LogProcess process = await OpenAsync();
        await process.AppendAsync();
        process.Store.FailNext(StoreOperation.Put, process.Keys.Pins, StoreFault.Delay);
        Assert.That(async () => await process.PinAsync("v1"), Throws.InstanceOf<StorageException>());
        Clock.Advance(Policy.PinWindow + TimeSpan.FromTicks(1));
        await process.Store.DeliverAsync();

        Assert.That(await process.Pins.FindAsync("v1", default), Is.Null);
        Assert.That((await process.Pins.ListAsync(default)).Pins, Is.Empty);
        Assert.That((await process.PinAsync("v1"))!.Number, Is.EqualTo(2));
    }

    [Test]
    public async Task Create_DelayedPutArrivesInTime_Keeps()
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, process.Keys.Pins, StoreFault.Delay);
        Assert.That(async () => await process.PinAsync("v1"), Throws.InstanceOf<StorageException>());
        Clock.Advance(Policy.PinWindow);
        await process.Store.DeliverAsync();

        Assert.That(await process.Pins.FindAsync("v1", default), Is.Not.Null);
    }

    [Test]
    public async Task Create_DelayedPutOfAPinThatWasReleased_DoesNotComeBack()
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, process.Keys.Pins, StoreFault.Delay);
        Assert.That(async () => await process.PinAsync("v1"), Throws.InstanceOf<StorageException>());
        await process.PinAsync("v1");
        await process.Pins.ReleaseAsync("v1", default);

        await process.Store.DeliverAsync();

        Assert.That(await process.Pins.FindAsync("v1", default), Is.Null);
    }

    [Test]
    public async Task Create_StoredTooLate_IsMadeAgainOfTheNewestState()
    {
        LogProcess process = await OpenAsync();
        LogProcess other = await OpenAsync();
        int attempts = 0;

        Pin made = (await process.PinAsync("v1", beforeStored: async () =>
        {
            if (++attempts == 1)
            {
                await other.AppendAsync();
                Clock.Advance(Policy.PinWindow);
            }
        }))!;

        Assert.That(attempts, Is.EqualTo(2));
        Assert.That(made.Number, Is.EqualTo(2));
        Assert.That(made.Position, Is.EqualTo(other.Log.Head));
    }

    [Test]
    public async Task Create_AlwaysStoredTooLate_GivesUpAndLeavesNothing()
    {
        LogProcess process = await OpenAsync();

        Assert.That(
            async () => await process.PinAsync("v1", beforeStored: () =>
            {
                Clock.Advance(Policy.PinWindow);
                return Task.CompletedTask;
            }),
            Throws.InstanceOf<StorageException>());
        Assert.That((await process.Pins.ListAsync(default)).Pins, Is.Empty);
    }

    [Test]
    public async Task Find_Damaged_ThrowsUntilItIsReleased()
    {
        LogProcess process = await OpenAsync();
        await process.PinAsync("v1");
        LogProcess other = await OpenAsync();
        string key = process.Keys.Pin("v1", 1);
        byte[] content;
        using (GetResult stored = await Store.GetAsync(key))
        {
            content = stored.Data.ToArray();
        }

        content[^5] ^= 1;
        await Store.PutAsync(key, new ReadOnlySequence<byte>(content));

        Assert.That(
            async () => await other.Pins.FindAsync("v1", default),
            Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(key));
        Assert.That(async () => await other.CollectAsync(), Throws.TypeOf<DataCorruptionException>());
        await other.Pins.ReleaseAsync("v1", default);
        Assert.That(await other.Pins.FindAsync("v1", default), Is.Null);
    }

    [Test]
    public async Task Find_CutToTheLengthOfAReleasedPin_IsDamagedAndCanBeReleased()
    {
        LogProcess process = await OpenAsync();
        await process.PinAsync("v1");
        LogProcess other = await OpenAsync();
        string key = process.Keys.Pin("v1", 1);
        using (GetResult stored = await Store.GetAsync(key))
        {
            byte[] cut = stored.Data[..PinFormat.GetReleasedLength("v1")].ToArray();
            await Store.PutAsync(key, new ReadOnlySequence<byte>(cut));
        }

        Assert.That(
            async () => await other.Pins.FindAsync("v1", default),
            Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(key));
        Assert.That(async () => await other.CollectAsync(), Throws.TypeOf<DataCorruptionException>());
        Assert.That(await other.Pins.ReleaseAsync("v1", default), Is.True);
        Assert.That(await other.Pins.FindAsync("v1", default), Is.Null);
        Assert.That(await other.Pins.ReleaseAsync("v1", default), Is.False);
    }

    [Test]
    public async Task List_MoreThanAPage_ReturnsAll()
    {
        LogProcess process = await OpenAsync();
        string[] names = [.. Enumerable.Range(0, 1_100).Select(i => $"tag-{i:D4}")];
        foreach (string name in names)
        {
            await process.PinAsync(name);
        }

        Assert.That((await process.Pins.ListAsync(default)).Pins.Select(pin => pin.Name), Is.EqualTo(names));
    }

    [Test]
    public async Task List_NothingPinned_TakesOneRequest()
    {
        LogProcess process = await OpenAsync();
        await process.PinAsync("v1");
        await process.Pins.ReleaseAsync("v1", default);
        process.Store.ClearRequests();

        await process.Pins.ListAsync(default);

        Assert.That(process.Store.Requests, Has.Length.EqualTo(1), "it knows what it has released itself");
    }

    [Test]
    public async Task List_ReleasedByAnother_IsReadOnce()
    {
        LogProcess process = await OpenAsync();
        await process.PinAsync("v1");
        await process.Pins.ReleaseAsync("v1", default);
        LogProcess other = await OpenAsync();
        other.Store.ClearRequests();

        await other.Pins.ListAsync(default);
        Assert.That(other.Store.Requests, Has.Length.EqualTo(2));
        await other.Pins.ListAsync(default);

        Assert.That(other.Store.Requests, Has.Length.EqualTo(3));
    }

    [TestCase("v1", true, false)]
    [TestCase("branch", true, false)]
    [TestCase("branch-00112233-4455-6677-8899-aabbccddeeff", true, false)]
    [TestCase("branch/00112233-4455-6677-8899-aabbccddeeff", false, true)]
    [TestCase("branch/x", false, false)]
    [TestCase("Branch/00112233-4455-6677-8899-aabbccddeeff", false, false)]
    [TestCase("a/b/00112233-4455-6677-8899-aabbccddeeff", false, false)]
    [TestCase("", false, false)]
    [TestCase(".v1", false, false)]
    [TestCase("v!1", false, false)]
    public void Name_TagsAndOwn_DoNotMeet(string name, bool isTag, bool isOwn)
    {
        Assert.That(PinNames.IsTag(name), Is.EqualTo(isTag));
        Assert.That(PinNames.IsOwn(name), Is.EqualTo(isOwn));
    }

    [Test]
    public void Key_OfAPin_TellsItsNameAndNumber()
    {
        NamespaceKeys keys = LogProcess.Database.Data(SampleManifests.Id(1));
        string branch = PinNames.ForBranch(SampleManifests.Id(2));

        Assert.That(keys.TryParsePin(keys.Pin(branch, 3), out string name, out long number), Is.True);
        Assert.That((name, number), Is.EqualTo((branch, 3L)));
        Assert.That(PinNames.TryParseBranch(name, out Guid id), Is.True);
        Assert.That(id, Is.EqualTo(SampleManifests.Id(2)));
        Assert.That(keys.TryParsePin(keys.Pins + "v1", out _, out _), Is.False);
        Assert.That(PinNames.TryParseBranch("v1", out _), Is.False);
    }
}
