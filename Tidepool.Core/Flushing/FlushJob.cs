using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Snapshots;

namespace Tidepool.Flushing;

/// <summary>Moves the log's tail, up to a snapshot's head, into a segment and a manifest whose floor is that
/// head.</summary>
/// <remarks>Safe against any number of others doing the same: whoever commits first wins, and the rest abandon what
/// they
/// built. One job per snapshot, which the caller keeps pinned.</remarks>
internal sealed class FlushJob(
    Snapshot snapshot, SegmentWriter writer, SegmentLoader loader, ManifestStore manifests, BatchLedgers ledgers)
{
    /// <summary>The segment that was built; null when nothing in the tail is alive.</summary>
    internal SegmentEntry? Built { get; private set; }

    /// <summary>Runs the job.</summary>
    /// <param name="getBatches">The batches of entries after one and up to another.</param>
    /// <param name="now">A recent time of the store; null if it does not tell.</param>
    /// <param name="policy">How long batches are remembered, and how old an object may be that is committed.</param>
    /// <param name="cancellationToken">Abandons the job.</param>
    /// <returns>The manifest that holds the tail; null when another process has flushed it, or this took too long.
    /// </returns>
    internal async Task<Manifest?> RunAsync(
        Func<long, long, BatchRecord[]> getBatches,
        DateTimeOffset? now,
        GracePolicy policy,
        CancellationToken cancellationToken)
    {
        long floor = snapshot.Segments.Manifest.Floor.Sequence;
        if (snapshot.Head.Sequence == floor)
        {
            return null;
        }

        SnapshotSource[] tail = snapshot.Sources[^snapshot.Chunks.Length..];
        Built = await writer.WriteAsync(tail, snapshot.Schema, indexes: null, cancellationToken)
            .ConfigureAwait(false); // A flush holds writes back; indexes come with the next compaction.
        DateTimeOffset? uploadedAt = writer.StoreTime;
        return await manifests.CommitAsync(EditAsync, cancellationToken).ConfigureAwait(false);

        async ValueTask<ManifestEdit?> EditAsync(Manifest parent, CancellationToken token)
        {
            if (parent.Floor.Sequence != floor || (Built is not null && !await loader
                .IsYoungAsync(Built, uploadedAt, policy.OrphanAge / 2, token).ConfigureAwait(false)))
            {
                return null;
            }

            var edit = new ManifestEdit(parent);
            foreach (SegmentEntry segment in parent.Segments)
            {
                await UpdateDeletionsAsync(edit, segment, floor, token).ConfigureAwait(false);
            }

            if (Built is not null)
            {
                edit.AddSegment(Built);
            }

            edit.Rows = snapshot.Rows;
            BatchHistory batches = await ledgers.RecordAsync(
                parent.Batches,
                getBatches(floor, snapshot.Head.Sequence),
                uploadedAt ?? now,
                policy.BatchRetention,
                token).ConfigureAwait(false);
            edit.AdvanceFloor(snapshot.Head, snapshot.Schema, batches);
            return edit;
        }
    }

    private async ValueTask UpdateDeletionsAsync(
        ManifestEdit edit, SegmentEntry segment, long floor, CancellationToken cancellationToken)
    {
        int known = snapshot.Segments.Find(segment.Id);
        SegmentHandle? opened = known >= 0
            ? null
            : await loader.OpenAsync(segment, cancellationToken).ConfigureAwait(false);
        try
        {
            SegmentReader reader = opened?.Reader ?? snapshot.Segments.Handles[known].Reader;
            PagedBitmap dead = opened is null
                ? snapshot.Sources[known].Dead
                : await FindDeadAsync(segment, reader, floor, cancellationToken).ConfigureAwait(false);
            if (dead.Count == segment.Rows.Rows)
            {
                edit.RemoveSegment(segment.Id);
            }
            else if (dead.Count > (segment.Deletions?.Rows.Rows ?? 0))
            {
                // Written anew in each try, for one that is too old may not be referred to.
                edit.SetDeletions(
                    segment.Id,
                    await writer.WriteDeletionsAsync(segment.Id, reader, dead, cancellationToken)
                        .ConfigureAwait(false));
            }
        }
        finally
        {
            opened?.Unpin();
        }
    }

    /// <summary>The rows that are dead at the head in a segment that a compaction made meanwhile: what the tail did to
    /// it has to be worked out.</summary>
    private async ValueTask<PagedBitmap> FindDeadAsync(
        SegmentEntry segment, SegmentReader reader, long floor, CancellationToken cancellationToken)
    {
        PagedBitmap atFloor = await loader.ReadDeletionsAsync(segment, reader.RowCount, cancellationToken)
            .ConfigureAwait(false);
        return DeadRows.Replay(reader, atFloor, snapshot, floor, snapshot.Head.Sequence);
    }
}
