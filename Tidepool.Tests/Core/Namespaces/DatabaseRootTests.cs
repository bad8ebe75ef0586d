using System.Buffers;
using NUnit.Framework;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Namespaces;

internal sealed class DatabaseRootTests
{
    private static readonly DatabaseKeys s_keys = new("db");

    [Test]
    public async Task Open_EmptyStore_CreatesTheMarkerAndLeavesNothingElse()
    {
        var store = new InMemoryObjectStore();

        Guid id = await DatabaseRoot.OpenAsync(store, s_keys, default);

        Assert.That(store.Count, Is.EqualTo(1));
        Assert.That(await DatabaseRoot.FindAsync(store, s_keys, default), Is.EqualTo(id));
        Assert.That(await DatabaseRoot.OpenAsync(store, s_keys, default), Is.EqualTo(id));
    }

    [Test]
    public async Task Open_ExistingRoot_IsOneGet()
    {
        var store = new FaultyObjectStore(new InMemoryObjectStore());
        await DatabaseRoot.OpenAsync(store, s_keys, default);
        store.ClearRequests();

        await DatabaseRoot.OpenAsync(store, s_keys, default);

        Assert.That(store.Requests, Is.EqualTo([(StoreOperation.Get, s_keys.RootMarker)]));
    }

    [Test]
    public async Task Find_NoDatabase_IsNull() =>
        Assert.That(await DatabaseRoot.FindAsync(new InMemoryObjectStore(), s_keys, default), Is.Null);

    [Test]
    public void Open_StoreThatIgnoresConditions_IsRefused()
    {
        var inner = new InMemoryObjectStore();

        Assert.That(
            async () => await DatabaseRoot.OpenAsync(new CarelessStore(inner), s_keys, default),
            Throws.TypeOf<StorageException>().With.Message.Contains("If-None-Match"));
        Assert.That(inner.Count, Is.Zero, "neither a marker nor a probe is left");
    }

    [Test]
    public async Task Open_ProbeLosesAReply_IsNotMisled()
    {
        var store = new FaultyObjectStore(new InMemoryObjectStore());
        store.FailNext(StoreOperation.Put, "probe", StoreFault.RetryAfterLostReply);

        Assert.That(await DatabaseRoot.OpenAsync(store, s_keys, default), Is.Not.EqualTo(Guid.Empty));
    }

    [Test]
    public async Task Find_DamagedMarker_IsCorruptionForEveryBit()
    {
        var store = new InMemoryObjectStore();
        byte[] marker = RegistryCodec.EncodeRootMarker(Guid.NewGuid());
        for (int bit = 0; bit < marker.Length * 8; bit++)
        {
            byte[] damaged = [.. marker];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            await store.PutAsync(s_keys.RootMarker, new ReadOnlySequence<byte>(damaged));
            Assert.That(
                async () => await DatabaseRoot.FindAsync(store, s_keys, default),
                Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(s_keys.RootMarker),
                $"bit {bit}");
        }
    }

    /// <summary>Accepts conditions and ignores them, as some servers and proxies do.</summary>
    private sealed class CarelessStore(IObjectStore inner) : IObjectStore
    {
        public ValueTask<GetResult> GetAsync(
            string key, ObjectRange? range = null, CancellationToken cancellationToken = default) =>
            inner.GetAsync(key, range, cancellationToken);

        public ValueTask<ReadResult> ReadAsync(
            string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(key, offset, destination, cancellationToken);

        public ValueTask<PutResult> PutAsync(
            string key,
            ReadOnlySequence<byte> content,
            PutCondition condition = default,
            CancellationToken cancellationToken = default) =>
            inner.PutAsync(key, content, PutCondition.Always, cancellationToken);

        public ValueTask<PutResult> UploadAsync(
            string key,
            Func<Stream, CancellationToken, ValueTask> writeContent,
            CancellationToken cancellationToken = default) =>
            inner.UploadAsync(key, writeContent, cancellationToken);

        public ValueTask<DateTimeOffset?> DeleteAsync(
            IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
            inner.DeleteAsync(keys, cancellationToken);

        public ValueTask<ObjectListing> ListAsync(
            string prefix,
            string? startAfter = null,
            int maxKeys = 1000,
            CancellationToken cancellationToken = default) =>
            inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken);
    }
}
