using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Storage;

namespace Tidepool.Snapshots;

/// <summary>Opens what manifests refer to.</summary>
/// <remarks>An object may be missing because a newer manifest does without it and the grace window has passed:
/// <see cref="MissingObjectException"/> says so, and the caller goes on with the newest manifest.</remarks>
internal sealed class SegmentLoader(IObjectStore store, NamespaceKeys keys, SegmentOpener opener)
{
    /// <summary>Opens a segment, all of which is there then.</summary>
    internal async ValueTask<SegmentHandle> OpenAsync(SegmentEntry segment, CancellationToken cancellationToken)
    {
        SegmentHandle handle = await OpenAsync(segment, opening: null, cancellationToken).ConfigureAwait(false);
        bool isComplete = false;
        try
        {
            await handle.CompleteAsync(cancellationToken).ConfigureAwait(false);
            isComplete = true;
            return handle;
        }
        finally
        {
            if (!isComplete)
            {
                handle.Unpin();
            }
        }
    }

    /// <summary>The rows of a segment that are dead at its manifest's floor.</summary>
    internal ValueTask<PagedBitmap> ReadDeletionsAsync(
        SegmentEntry segment, int rowCount, CancellationToken cancellationToken) =>
        ReadDeletionsAsync(segment, Task.FromResult(rowCount), cancellationToken);

    /// <summary>Opens all segments of a manifest, in parallel.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="open">Segments that are open already, acquired by the caller; null for none.</param>
    /// <param name="mayBePartial">Whether large ones need not be there as a whole.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<SegmentSet> OpenAllAsync(
        Manifest manifest, SegmentSet? open, bool mayBePartial, CancellationToken cancellationToken)
    {
        Task<(SegmentHandle Handle, PagedBitmap Dead)>[] opening =
            [.. manifest.Segments.Select(segment => OpenWithDeletionsAsync(
                segment, open, mayBePartial, cancellationToken))];
        try
        {
            (SegmentHandle Handle, PagedBitmap Dead)[] opened = await Task.WhenAll(opening).ConfigureAwait(false);
            return new SegmentSet(
                manifest, [.. opened.Select(one => one.Handle)], [.. opened.Select(one => one.Dead)]);
        }
        catch
        {
            foreach (Task<(SegmentHandle Handle, PagedBitmap Dead)> one in opening)
            {
                if (one.IsCompletedSuccessfully)
                {
                    (await one.ConfigureAwait(false)).Handle.Unpin();
                }
            }

            throw;
        }
    }

    /// <summary>Checks every checksum of a segment that was just uploaded.</summary>
    internal ValueTask VerifyAsync(SegmentReader segment, CancellationToken cancellationToken) =>
        SegmentReadBack.VerifyAsync(store, segment, cancellationToken);

    /// <summary>Whether an object that was just uploaded is still there and not older than an age.</summary>
    internal async ValueTask<bool> IsYoungAsync(
        SegmentEntry segment, DateTimeOffset? uploadedAt, TimeSpan age, CancellationToken cancellationToken)
    {
        ReadResult read = await store.ReadAsync(
            keys.Segment(segment.Id), offset: 0, new byte[1], cancellationToken).ConfigureAwait(false);
        return read.Found && (uploadedAt is null || read.StoreTime is null || read.StoreTime - uploadedAt < age);
    }

    private async ValueTask<PagedBitmap> ReadDeletionsAsync(
        SegmentEntry segment, Task<int> rowCount, CancellationToken cancellationToken)
    {
        if (segment.Deletions is not { } deletions)
        {
            return PagedBitmap.Empty(await rowCount.ConfigureAwait(false));
        }

        string key = keys.Deletions(segment.Id, deletions.Id);
        return await DeletionBitmaps.LoadAsync(
            store, new SegmentIdentity(keys.NamespaceId, segment.Id, key), rowCount, cancellationToken)
            .ConfigureAwait(false) ?? throw new MissingObjectException(key);
    }

    private async ValueTask<SegmentHandle> OpenAsync(
        SegmentEntry segment, SegmentOpening? opening, CancellationToken cancellationToken)
    {
        SegmentIdentity identity = segment.GetIdentity(keys);
        return await opener.OpenAsync(identity, segment.SizeBytes, opening, cancellationToken)
            .ConfigureAwait(false) ?? throw new MissingObjectException(identity.ObjectKey);
    }

    private async Task<(SegmentHandle Handle, PagedBitmap Dead)> OpenWithDeletionsAsync(
        SegmentEntry segment, SegmentSet? open, bool mayBePartial, CancellationToken cancellationToken)
    {
        int known = open?.Find(segment.Id) ?? -1;
        if (known >= 0 && open!.Handles[known].TryPin())
        {
            SegmentHandle shared = open.Handles[known];
            try
            {
                PagedBitmap dead = open.Manifest.Segments[known].Deletions == segment.Deletions
                    ? open.DeadAtFloor[known]
                    : await ReadDeletionsAsync(segment, shared.Reader.RowCount, cancellationToken)
                        .ConfigureAwait(false);
                return (shared, dead);
            }
            catch
            {
                shared.Unpin();
                throw;
            }
        }

        Task<SegmentHandle> opening = mayBePartial && segment.Opening is { } first
            ? OpenAsync(segment, first, cancellationToken).AsTask()
            : OpenAsync(segment, cancellationToken).AsTask();
        try
        {
            PagedBitmap dead = await ReadDeletionsAsync(segment, CountRowsAsync(opening), cancellationToken)
                .ConfigureAwait(false);
            return (await opening.ConfigureAwait(false), dead);
        }
        catch
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully)
            {
                (await opening.ConfigureAwait(false)).Unpin();
            }

            throw;
        }
    }

    private static async Task<int> CountRowsAsync(Task<SegmentHandle> opening) =>
        (await opening.ConfigureAwait(false)).Reader.RowCount;
}
