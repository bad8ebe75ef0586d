using System.Collections.Immutable;
using Tidepool.Index.Bitmaps;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;

namespace Tidepool.Backups;

/// <summary>Begins an incarnation of a namespace as the copy of a state, whose segments it shares.</summary>
/// <remarks>What dead rows there are and what was in the log's tail becomes its own. Nobody sees it yet.</remarks>
/// <param name="store">Where both are.</param>
/// <param name="keys">The keys of the new incarnation.</param>
internal sealed class NamespaceBranch(IObjectStore store, NamespaceKeys keys)
{
    /// <summary>Stores its first manifest, and what that needs beside the shared segments, which are pinned.</summary>
    /// <param name="snapshot">The state, pinned.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    /// <returns>The manifest, and the store's time of the last answer.</returns>
    internal async Task<StoredManifest> BeginAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        Manifest manifest = snapshot.Segments.Manifest;
        var writer = new SegmentWriter(store, keys);
        ImmutableArray<SegmentEntry>.Builder segments = ImmutableArray.CreateBuilder<SegmentEntry>();
        for (int i = 0; i < manifest.Segments.Length; i++)
        {
            SegmentEntry segment = manifest.Segments[i];
            PagedBitmap dead = snapshot.Sources[i].Dead;
            if (dead.Count < segment.Rows.Rows)
            {
                segments.Add(segment with
                {
                    Owner = segment.Owner ?? manifest.NamespaceId,
                    Deletions = await CopyAsync(
                        segment, dead, snapshot.Segments.Handles[i], writer, cancellationToken).ConfigureAwait(false),
                });
            }
        }

        if (await CopiedState.WriteTailAsync(snapshot, writer, cancellationToken).ConfigureAwait(false)
            is { } written)
        {
            segments.Add(written);
        }

        Manifest first = CopiedState.Begin(
            snapshot,
            keys,
            segments.ToImmutable(),
            BatchHistory.Empty with { CompleteSince = snapshot.Head.Sequence }); // They were the other's.
        return await ManifestStore.BeginAsync(store, keys, first, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<DeletionEntry?> CopyAsync(
        SegmentEntry segment,
        PagedBitmap dead,
        SegmentHandle handle,
        SegmentWriter writer,
        CancellationToken cancellationToken)
    {
        if (dead.Count == 0)
        {
            return null;
        }

        if (segment.Deletions is { } deletions && deletions.Rows.Rows == dead.Count)
        {
            return await writer.WriteDeletionsAsync(segment.Id, dead, deletions.Rows, cancellationToken)
                .ConfigureAwait(false);
        }

        await handle.CompleteAsync(cancellationToken).ConfigureAwait(false); // What died lately is added up.
        return await writer.WriteDeletionsAsync(segment.Id, handle.Reader, dead, cancellationToken)
            .ConfigureAwait(false);
    }
}
