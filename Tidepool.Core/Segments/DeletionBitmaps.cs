using System.Buffers;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Segments;

/// <summary>Stores and loads the dead rows of segments; they are small and are kept in memory.</summary>
internal static class DeletionBitmaps
{
    /// <summary>Stores a bitmap under a key of its own.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="identity">Its segment, and its own key.</param>
    /// <param name="deleted">The dead ordinals.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Its size in bytes.</returns>
    internal static async ValueTask<long> SaveAsync(
        IObjectStore store, SegmentIdentity identity, PagedBitmap deleted, CancellationToken cancellationToken)
    {
        byte[] bytes = DeletionBitmapCodec.Encode(identity, deleted);
        await store.PutAsync(
            identity.ObjectKey, new ReadOnlySequence<byte>(bytes), PutCondition.Always, cancellationToken)
            .ConfigureAwait(false);
        return bytes.Length;
    }

    /// <summary>What the dead rows of a segment amount to.</summary>
    internal static RowSum Sum(SegmentReader segment, PagedBitmap deleted)
    {
        RowSum sum = RowSum.Zero;
        foreach (int ordinal in deleted.ToRowBitmap())
        {
            sum += RowSum.Of(segment.GetKey(ordinal).Hash, segment.GetSequence(ordinal));
        }

        return sum;
    }

    /// <summary>Loads a bitmap; null when there is no such object.</summary>
    /// <param name="store">Where from.</param>
    /// <param name="identity">Its segment, and its own key.</param>
    /// <param name="rowCount">Number of ordinals of the segment.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DataCorruptionException">The object is damaged or another one.</exception>
    internal static ValueTask<PagedBitmap?> LoadAsync(
        IObjectStore store, SegmentIdentity identity, int rowCount, CancellationToken cancellationToken) =>
        LoadAsync(store, identity, Task.FromResult(rowCount), cancellationToken);

    /// <summary>Loads a bitmap while its segment, which knows the number of its ordinals, is still being opened.
    /// </summary>
    internal static async ValueTask<PagedBitmap?> LoadAsync(
        IObjectStore store, SegmentIdentity identity, Task<int> rowCount, CancellationToken cancellationToken)
    {
        using GetResult result = await store.GetAsync(identity.ObjectKey, range: null, cancellationToken)
            .ConfigureAwait(false);
        if (!result.Found)
        {
            return null;
        }

        int expectedCount = await rowCount.ConfigureAwait(false);
        try
        {
            return DeletionBitmapCodec.Decode(result.Data.Span, identity, expectedCount);
        }
        catch (SegmentFormatException inner)
        {
            throw SegmentFaults.Translate(inner, identity.ObjectKey);
        }
    }
}
