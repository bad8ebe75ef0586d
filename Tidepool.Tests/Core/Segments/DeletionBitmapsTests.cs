using NUnit.Framework;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Segments;
using Tidepool.Storage.InMemory;

namespace Tidepool.Tests.Core.Segments;

internal sealed class DeletionBitmapsTests
{
    private static readonly SegmentIdentity s_identity = new(
        SegmentObject.Namespace, new Guid("00112233-4455-6677-8899-aabbccddeeff"), "root/seg/del-1");

    [Test]
    public async Task Load_SavedBitmap_GivesItBack()
    {
        InMemoryObjectStore store = new();
        PagedBitmapBuilder builder = PagedBitmap.Empty(1000).Edit();
        builder.Set(999);

        long sizeBytes = await DeletionBitmaps.SaveAsync(store, s_identity, builder.Freeze(), default);
        PagedBitmap? loaded = await DeletionBitmaps.LoadAsync(store, s_identity, 1000, default);

        Assert.That((loaded!.Count, loaded[999]), Is.EqualTo((1, true)));
        Assert.That((await store.GetAsync(s_identity.ObjectKey)).ObjectLength, Is.EqualTo(sizeBytes));
    }

    [Test]
    public async Task Load_NoSuchObject_GivesNull() => Assert.That(
        await DeletionBitmaps.LoadAsync(new InMemoryObjectStore(), s_identity, 1000, default), Is.Null);

    [Test]
    public async Task Load_BitmapOfAnotherSegment_NamesTheObject()
    {
        InMemoryObjectStore store = new();
        SegmentIdentity other = s_identity with { SegmentId = Guid.Empty };
        await DeletionBitmaps.SaveAsync(store, other, PagedBitmap.Empty(1000), default);

        DataCorruptionException? exception = Assert.ThrowsAsync<DataCorruptionException>(
            async () => await DeletionBitmaps.LoadAsync(store, s_identity, 1000, default));

        Assert.That(exception!.ObjectKey, Is.EqualTo(s_identity.ObjectKey));
    }
}
