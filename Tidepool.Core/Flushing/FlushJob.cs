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
    private readonly Dictionary<Guid, DeletionEntry> _written = [];
    private DateTimeOffset? _storeTime;

    /// <summary>The segment that was built; null when nothing in the tail is alive.</summary>
    internal SegmentEntry? Built { get; private set; }

    /// <summary>Runs the job.</summary>
    /// <param name="getBatches">The batches of entries after one and up to another.</param>
    /// <param name="retention">How long batches are remembered.</param>
    /// <param name="cancellationToken">Abandons the job.</param>
    /// <returns>The manifest that holds the tail; null when another process has flushed it.</returns>
    internal async Task<Manifest?> RunAsync(
        Func<long, long, BatchRecord[]> getBatches, TimeSpan retention, CancellationToken cancellationToken)
    {
        long floor = snapshot.Segments.Manifest.Floor.Sequence;
        if (snapshot.Head.Sequence == floor)
        {
            return null;
        }

        SnapshotSource[] tail = snapshot.Sources[^snapshot.Chunks.Length..];
        Built = await writer.WriteAsync(tail, snapshot.Schema, cancellationToken).ConfigureAwait(false);
        _storeTime = writer.StoreTime;
        return await manifests.CommitAsync(EditAsync, cancellationToken).ConfigureAwait(false);

        async ValueTask<ManifestEdit?> EditAsync(Manifest parent, CancellationToken token)
        {
            if (parent.Floor.Sequence != floor)
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
                parent.Batches, getBatches(floor, snapshot.Head.Sequence), _storeTime, retention, token)
                .ConfigureAwait(false);
            edit.AdvanceFloor(snapshot.Head, snapshot.Schema, batches);
            return edit;
        }
    }

    private async ValueTask UpdateDeletionsAsync(
        ManifestEdit edit, SegmentEntry segment, long floor, CancellationToken cancellationToken)
    {
        int known = snapshot.Segments.Find(segment.Id);
        PagedBitmap dead;
        SegmentHandle? opened = null;
        SegmentReader reader;
        if (known >= 0)
        {
            dead = snapshot.Sources[known].Dead;
            reader = snapshot.Segments.Handles[known].Reader;
        }
        else
        {
            // A compaction came in between: what the tail did to its output has to be worked out.
            opened = await loader.OpenAsync(segment, cancellationToken).ConfigureAwait(false);
            reader = opened.Reader;
            PagedBitmap atFloor = await loader.ReadDeletionsAsync(segment, reader.RowCount, cancellationToken)
                .ConfigureAwait(false);
            dead = DeadRows.Replay(reader, atFloor, snapshot, floor, snapshot.Head.Sequence);
        }

        try
        {
            if (dead.Count == segment.Rows.Rows)
            {
                edit.RemoveSegment(segment.Id);
            }
            else if (dead.Count > (segment.Deletions?.Rows.Rows ?? 0))
            {
                edit.SetDeletions(
                    segment.Id,
                    await WriteDeletionsAsync(segment, reader, dead, cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            opened?.Unpin();
        }
    }

    private async ValueTask<DeletionEntry> WriteDeletionsAsync(
        SegmentEntry segment, SegmentReader reader, PagedBitmap dead, CancellationToken cancellationToken)
    {
        if (_written.TryGetValue(segment.Id, out DeletionEntry? written))
        {
            return written; // By an earlier try: the dead rows at the head are what they were.
        }

        written = await writer.WriteDeletionsAsync(segment.Id, reader, dead, cancellationToken).ConfigureAwait(false);
        _written.Add(segment.Id, written);
        return written;
    }
}
