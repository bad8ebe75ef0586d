using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.InMemory;
using Tidepool.Storage.Metering;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Storage.Metering;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MeteringObjectStoreTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    [Test]
    public async Task Usage_OfEveryOperation_IsCounted()
    {
        MeteringObjectStore store = NewStore(out _);

        await store.PutTextAsync("a", "12345");
        await store.PutTextAsync("a", "again", PutCondition.IfAbsent);
        await store.UploadAsync("b", async (stream, stop) =>
        {
            await stream.WriteAsync(new byte[100], stop);
            stream.Write(new byte[11]);
        });
        using (await store.GetAsync("a", new ObjectRange(1, 3)))
        {
        }

        await store.ReadAsync("b", 0, new byte[50]);
        await store.GetAsync("none");
        await store.ReadAsync("none", 0, new byte[50]);
        await store.DeleteAsync(["a", "none"]);
        await store.ListAsync(string.Empty);

        // Each request takes a second: see NewStore.
        StoreUsage usage = store.GetUsage();
        Assert.Multiple(() =>
        {
            Assert.That(usage.Get, Is.EqualTo(new OperationUsage(4, 2, 0, 53, 4 * s_second)));
            Assert.That(usage.Put, Is.EqualTo(new OperationUsage(2, 1, 0, 5, 2 * s_second)));
            Assert.That(usage.Upload, Is.EqualTo(new OperationUsage(1, 0, 0, 111, s_second)));
            Assert.That(usage.Delete, Is.EqualTo(new OperationUsage(1, 0, 0, 0, 2 * s_second))); // Two keys.
            Assert.That(usage.List, Is.EqualTo(new OperationUsage(1, 0, 0, 0, s_second)));
            Assert.That((usage.Requests, usage.Failures, usage.Get.Hits, usage.Put.Hits), Is.EqualTo((9L, 0L, 2L, 1L)));
        });
    }

    [Test]
    public void Usage_OfFailures_IsCounted()
    {
        MeteringObjectStore store = NewStore(out FaultyObjectStore faulty);
        faulty.FailNext(StoreOperation.Get, "a", StoreFault.LoseRequest);
        faulty.FailNext(StoreOperation.Put, "a", StoreFault.Refuse);

        Assert.That(async () => await store.GetAsync("a"), Throws.InstanceOf<StorageException>());
        Assert.That(async () => await store.PutTextAsync("a", "x"), Throws.InstanceOf<StorageException>());
        Assert.That(async () => await store.GetAsync(".."), Throws.ArgumentException);

        StoreUsage usage = store.GetUsage();
        Assert.That((usage.Get.Requests, usage.Get.Failures, usage.Get.Bytes), Is.EqualTo((2L, 2L, 0L)));
        Assert.That((usage.Put.Requests, usage.Put.Failures, usage.Put.Bytes), Is.EqualTo((1L, 1L, 0L)));
        Assert.That(usage.Failures, Is.EqualTo(3));
    }

    [Test]
    public async Task Reset_AnswersTheTotals_AndStartsAgain()
    {
        MeteringObjectStore store = NewStore(out _);
        await store.PutTextAsync("a", "12345");

        StoreUsage before = store.Reset();
        await store.PutTextAsync("b", "1");

        Assert.That(before.Put.Bytes, Is.EqualTo(5));
        Assert.That(store.GetUsage().Put, Is.EqualTo(new OperationUsage(1, 0, 0, 1, s_second)));
    }

    [Test]
    public async Task Since_IsTheDifference()
    {
        MeteringObjectStore store = NewStore(out _);
        await store.PutTextAsync("a", "12345");
        StoreUsage before = store.GetUsage();
        await store.PutTextAsync("b", "1");
        await store.GetAsync("none");

        StoreUsage between = store.GetUsage().Since(before);

        Assert.That(between.Put, Is.EqualTo(new OperationUsage(1, 0, 0, 1, s_second)));
        Assert.That(between.Get, Is.EqualTo(new OperationUsage(1, 1, 0, 0, s_second)));
        Assert.That(between.Requests, Is.EqualTo(2));
    }

    [Test]
    public async Task Abilities_OfTheInnerStore_ArePassedOn()
    {
        using var folder = new TempFolder();
        using var files = new FileObjectStore(folder.Path);
        var store = new MeteringObjectStore(files);
        await store.PutTextAsync("a/b", "text");

        Assert.That(store.Sharing, Is.EqualTo(ObjectStoreSharing.Host));
        Assert.That(await File.ReadAllTextAsync(store.GetLocalPath("a/b")!), Is.EqualTo("text"));
        Assert.That(new MeteringObjectStore(new InMemoryObjectStore()).GetLocalPath("a/b"), Is.Null);
    }

    private MeteringObjectStore NewStore(out FaultyObjectStore faulty)
    {
        faulty = new FaultyObjectStore(new InMemoryObjectStore())
        {
            BeforeRequest = (_, _) =>
            {
                _time.Advance(s_second);
                return default;
            },
        };
        return new MeteringObjectStore(faulty, _time);
    }
}
