using System.Buffers;
using System.Runtime.InteropServices;
using NUnit.Framework;
using Tidepool.Segments;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Storage.Metering;

namespace Tidepool.Tests.Core.Segments;

internal sealed class SegmentOpenerTests
{
    private static readonly SegmentObject s_segment = new(1);

    [Test]
    public async Task Open_InMemoryStore_ReadsTheStoredBytesThemselves()
    {
        InMemoryObjectStore inner = new();
        await inner.PutAsync(s_segment.Identity.ObjectKey, new ReadOnlySequence<byte>(s_segment.Bytes));
        MeteringObjectStore store = new(inner);

        SegmentHandle? handle = await OpenAsync(store);

        using GetResult stored = await inner.GetAsync(s_segment.Identity.ObjectKey);
        Assert.That(MemoryMarshal.TryGetArray(stored.Data, out ArraySegment<byte> storedArray), Is.True);
        Assert.That(MemoryMarshal.TryGetArray(handle!.Reader.ObjectBytes, out ArraySegment<byte> openArray), Is.True);
        Assert.That(openArray.Array, Is.SameAs(storedArray.Array));
        handle.Unpin();
    }

    [Test]
    public async Task Open_LocalStore_MapsTheFile()
    {
        using TestFolder folder = new();
        LocalStore store = new(folder.Path);
        File.WriteAllBytes(store.GetLocalPath(s_segment.Identity.ObjectKey)!, s_segment.Bytes);

        SegmentHandle? handle = await OpenAsync(store);

        Assert.That(handle!.Reader.GetSequence(7), Is.EqualTo(1));
        handle.Unpin();
        Assert.That(() => handle.Reader.GetSequence(7), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Open_NoSuchObject_GivesNull()
    {
        using TestFolder folder = new();
        await using SegmentDiskCache cache = new(folder.Path, 1_000_000, long.MaxValue, TimeProvider.System);

        Assert.That(await OpenAsync(new InMemoryObjectStore()), Is.Null);
        Assert.That(await OpenAsync(new LocalStore(folder.Path)), Is.Null);
        Assert.That(await OpenAsync(new LocalStore(folder.At("no-such-folder"))), Is.Null);
        Assert.That(await OpenAsync(new RemoteStore(), cache), Is.Null);
    }

    [Test]
    public async Task Open_RemoteStoreWithoutCache_ReadsIntoMemory()
    {
        RemoteStore store = new();
        store.Put(s_segment.Identity.ObjectKey, s_segment.Bytes);

        SegmentHandle? handle = await OpenAsync(store);

        Assert.That(handle!.Reader.GetSequence(7), Is.EqualTo(1));
        handle.Unpin();
    }

    [TestCase("memory")]
    [TestCase("local")]
    [TestCase("cached")]
    public async Task Open_DamagedOrForeignObject_SaysWhichAndHoldsNoFile(string kind)
    {
        byte[] damaged = (byte[])s_segment.Bytes.Clone();
        damaged[20] ^= 1;
        byte[][] objects = [damaged, s_segment.Bytes[..^1], [], new SegmentObject(1, rowCount: 51).Bytes];
        foreach (byte[] bytes in objects)
        {
            using TestFolder folder = new();
            using TestFolder cacheFolder = new();
            await using SegmentDiskCache cache = new(cacheFolder.Path, 1_000_000, long.MaxValue, TimeProvider.System);
            IObjectStore store = await StoreAsync(kind, bytes, folder);

            DataCorruptionException? exception = Assert.ThrowsAsync<DataCorruptionException>(
                async () => await OpenAsync(store, cache));

            Assert.That(exception!.ObjectKey, Is.EqualTo(s_segment.Identity.ObjectKey));
            Assert.That(cacheFolder.FileNames, Is.Empty);
        }
    }

    [Test]
    public void Open_CacheFolderCannotBeWritten_IsAStorageException()
    {
        using TestFolder folder = new();
        RemoteStore store = new();
        store.Put(s_segment.Identity.ObjectKey, s_segment.Bytes);
        SegmentDiskCache cache = new(folder.At("cache"), 1_000_000, long.MaxValue, TimeProvider.System);
        Directory.Delete(folder.At("cache"));
        File.WriteAllText(folder.At("cache"), "a file where the folder was");

        StorageException? exception = Assert.ThrowsAsync<StorageException>(async () => await OpenAsync(store, cache));

        Assert.That(exception!.IsTransient, Is.False);
        Assert.That(exception.InnerException, Is.InstanceOf<IOException>());
    }

    private static async Task<IObjectStore> StoreAsync(string kind, byte[] bytes, TestFolder folder)
    {
        string key = s_segment.Identity.ObjectKey;
        if (kind == "local")
        {
            LocalStore local = new(folder.Path);
            File.WriteAllBytes(local.GetLocalPath(key)!, bytes);
            return local;
        }

        IObjectStore store = kind == "memory" ? new InMemoryObjectStore() : new RemoteStore();
        await store.PutAsync(key, new ReadOnlySequence<byte>(bytes));
        return store;
    }

    private static ValueTask<SegmentHandle?> OpenAsync(IObjectStore store, SegmentDiskCache? cache = null) =>
        new SegmentOpener(store, cache).OpenAsync(
            s_segment.Identity, s_segment.Bytes.Length, opening: null, CancellationToken.None);
}
