using System.Collections.Immutable;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Snapshots;

namespace Tidepool.Backups;

/// <summary>A state as the beginning of an incarnation: what backups and branches have in common.</summary>
internal static class CopiedState
{
    /// <summary>Stores what is in the log's tail as a segment.</summary>
    /// <returns>The segment; null when there is nothing.</returns>
    internal static Task<SegmentEntry?> WriteTailAsync(
        Snapshot snapshot, SegmentWriter writer, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            snapshot.Sources[^snapshot.Chunks.Length..], snapshot.Schema, indexes: null, cancellationToken);

    /// <summary>The first manifest.</summary>
    /// <param name="snapshot">The state.</param>
    /// <param name="keys">The keys of the incarnation.</param>
    /// <param name="segments">All of the state's documents.</param>
    /// <param name="batches">The batches that it remembers.</param>
    internal static Manifest Begin(
        Snapshot snapshot, NamespaceKeys keys, ImmutableArray<SegmentEntry> segments, BatchHistory batches)
    {
        return new Manifest
        {
            NamespaceId = keys.NamespaceId,
            Generation = 1,
            ParentHash = default,
            CommitId = keys.NewId(),
            ParentTime = null,
            Floor = snapshot.Head,
            Schema = snapshot.Schema,
            Rows = snapshot.Rows,
            Segments = segments,
            Graveyard = [],
            Batches = batches,
        };
    }
}
