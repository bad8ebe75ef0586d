using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Storage.InMemory;

public sealed class InMemoryObjectStoreTests
{
    [Test]
    public async Task Clone_ThenChanges_StayApart()
    {
        var store = new InMemoryObjectStore();
        await store.PutTextAsync("a", "1");
        await store.PutTextAsync("b", "1");

        InMemoryObjectStore clone = store.Clone();
        await clone.PutTextAsync("a", "2");
        await store.DeleteAsync(["b"]);
        await clone.PutTextAsync("c", "3");

        Assert.That(await store.KeysAsync(string.Empty), Is.EqualTo(["a"]));
        Assert.That(await store.TextAsync("a"), Is.EqualTo("1"));
        Assert.That(await clone.KeysAsync(string.Empty), Is.EqualTo(["a", "b", "c"]));
        Assert.That(await clone.TextAsync("a"), Is.EqualTo("2"));
        Assert.That((store.Count, clone.Count), Is.EqualTo((1, 3)));
    }

    [Test]
    public async Task Clone_SharesTheBytes()
    {
        var store = new InMemoryObjectStore();
        await store.PutAsync("a", StoreCalls.Bytes(new byte[1000]));
        using GetResult original = await store.GetAsync("a");
        using GetResult cloned = await store.Clone().GetAsync("a");

        Assert.That(cloned.Data.Equals(original.Data), Is.True);
        Assert.That(cloned.ETag, Is.EqualTo(original.ETag));
    }

    [Test]
    public async Task ETag_OfTwoClones_IsNeverTheSame()
    {
        var store = new InMemoryObjectStore();
        InMemoryObjectStore clone = store.Clone();

        PutResult first = await store.PutTextAsync("a", "1");
        PutResult second = await clone.PutTextAsync("a", "1");

        Assert.That(second.ETag, Is.Not.EqualTo(first.ETag));
    }

    [Test]
    public async Task StoreTime_ClockSetBack_DoesNotGoBack()
    {
        var time = new ManualTime();
        var store = new InMemoryObjectStore(time);
        DateTimeOffset start = time.GetUtcNow();
        time.SetWall(start.AddHours(1));
        await store.PutTextAsync("a", "1");
        time.SetWall(start);

        using GetResult got = await store.GetAsync("a");
        using GetResult cloned = await store.Clone().GetAsync("a");

        Assert.That((got.StoreTime, cloned.StoreTime), Is.EqualTo((start.AddHours(1), start.AddHours(1))));
    }
}
