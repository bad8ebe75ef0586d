using System.Buffers;
using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Segments;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.InMemory;

namespace Tidepool.Tests.Core.Segments;

internal sealed class SegmentReadBackTests
{
    // More than two pieces.
    private static readonly SegmentObject s_segment = new(1, rowCount: 1_500, dimensions: 400);

    [Test]
    public async Task Verify_OfWhatWasWritten_Passes([Values] bool isLocal)
    {
        using TestFolder folder = new();
        IObjectStore store = await StoreAsync(folder, isLocal);
        SegmentHandle handle = await OpenAsync(store);

        await SegmentReadBack.VerifyAsync(store, handle.Reader, CancellationToken.None);

        handle.Unpin();
    }

    [TestCase(0)]
    [TestCase(1 << 20)]
    [TestCase((1 << 21) - 1)]
    [TestCase(int.MaxValue)]
    public async Task Verify_AfterABitFlip_NamesTheBlock(int position)
    {
        using TestFolder folder = new();
        FileObjectStore store = (FileObjectStore)await StoreAsync(folder, isLocal: true);
        SegmentHandle handle = await OpenAsync(store);
        position = Math.Min(position, (int)handle.Reader.Header.BlockTableOffset - 1);
        byte[] damaged = [.. s_segment.Bytes];
        damaged[position] ^= 1;
        await File.WriteAllBytesAsync(store.GetLocalPath(s_segment.Identity.ObjectKey)!, damaged);

        int blockStart = position / SegmentFormat.BlockSizeBytes * SegmentFormat.BlockSizeBytes;
        Assert.That(
            async () => await SegmentReadBack.VerifyAsync(store, handle.Reader, CancellationToken.None),
            Throws.TypeOf<SegmentFormatException>().With.Property("Offset").EqualTo(blockStart));
        handle.Unpin();
    }

    [Test]
    public async Task Verify_OfAFileThatIsGone_Fails()
    {
        using TestFolder folder = new();
        IObjectStore store = await StoreAsync(folder, isLocal: true);
        SegmentHandle handle = await OpenAsync(store);
        await store.DeleteAsync([s_segment.Identity.ObjectKey]);

        Assert.That(
            async () => await SegmentReadBack.VerifyAsync(store, handle.Reader, CancellationToken.None),
            Throws.TypeOf<SegmentFormatException>());
        handle.Unpin();
    }

    private static async Task<IObjectStore> StoreAsync(TestFolder folder, bool isLocal)
    {
        IObjectStore store = isLocal ? new FileObjectStore(folder.Path) : new InMemoryObjectStore();
        await store.PutAsync(s_segment.Identity.ObjectKey, new ReadOnlySequence<byte>(s_segment.Bytes));
        return store;
    }

    private static async Task<SegmentHandle> OpenAsync(IObjectStore store) =>
        (await new SegmentOpener(store, cache: null).OpenAsync(
            s_segment.Identity, s_segment.Bytes.Length, opening: null, CancellationToken.None))!;
}
