using System.Collections.Immutable;
using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;
using Tidepool.Index.Segments;
using Tidepool.Index.Vectors;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Storage;

namespace Tidepool.Snapshots;

/// <summary>Writes segments and their deletion bitmaps, under new names, for a commit to refer to.</summary>
internal sealed class SegmentWriter(IObjectStore store, NamespaceKeys keys)
{
    /// <summary>The store's own time of the last upload's answer; null before one.</summary>
    internal DateTimeOffset? StoreTime { get; private set; }

    /// <summary>Writes the live rows of some sources as one segment.</summary>
    /// <param name="sources">Where the rows come from.</param>
    /// <param name="schema">The fields that they may have.</param>
    /// <param name="indexes">How to build the segment's indexes; null for none.</param>
    /// <param name="cancellationToken">Abandons the work.</param>
    /// <returns>Null when there are no rows.</returns>
    internal async Task<SegmentEntry?> WriteAsync(
        IReadOnlyList<SnapshotSource> sources,
        NamespaceSchema schema,
        IndexBuild? indexes,
        CancellationToken cancellationToken)
    {
        RowLocation[] order = RowOrder.OfLiveRows(sources);
        if (order.Length == 0)
        {
            return null;
        }

        IRowSource[] rows = [.. sources.Select(source => source.Rows)];
        using SegmentIndexing indexing = indexes is null
            ? new SegmentIndexing(order)
            : SegmentIndexer.Build(
                GetRequests(sources, order.Length, indexes),
                rows,
                order,
                indexes.Workers,
                indexes.Progress,
                cancellationToken);
        Guid id = keys.NewId();
        string key = keys.Segment(id);
        var builder = new SegmentBuilder(
            new SegmentSpec(
                new SegmentIdentity(keys.NamespaceId, id, key),
                [.. schema.Vectors.Select(field => new SegmentVectorField(field.Name, field.Dimensions))],
                [.. schema.Attributes.Select(field => new ColumnDefinition(field.Name, field.Type))]),
            rows,
            indexing);
        PutResult put = await store.UploadAsync(key, WriteChunksAsync, cancellationToken).ConfigureAwait(false);
        StoreTime = put.StoreTime;
        SegmentSummary summary = builder.Summary;
        return new SegmentEntry
        {
            Id = id,
            SizeBytes = summary.SizeBytes,
            Rows = new RowSum(summary.DocumentCount, summary.RowSum),
            FirstSequence = summary.FirstSequence,
            LastSequence = summary.LastSequence,
            Opening = summary.Opening,
        };

        async ValueTask WriteChunksAsync(Stream stream, CancellationToken token)
        {
            foreach (ReadOnlyMemory<byte> chunk in builder.Build())
            {
                await stream.WriteAsync(chunk, token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The indexes of fields that enough of the rows have.</summary>
    private static ImmutableArray<IndexRequest> GetRequests(
        IReadOnlyList<SnapshotSource> sources, int rowCount, IndexBuild indexes) =>
    [
        .. IndexRules.GetRequests(indexes.Schema, rowCount, indexes.FromRows, indexes.Seed)
            .Where(request => sources.Sum(source => (long)source.CountVectors(request.Field))
                >= indexes.FromRows),
    ];

    /// <summary>Writes which rows of a segment are dead.</summary>
    internal Task<DeletionEntry> WriteDeletionsAsync(
        Guid segmentId, SegmentReader segment, PagedBitmap dead, CancellationToken cancellationToken) =>
        WriteDeletionsAsync(segmentId, dead, DeletionBitmaps.Sum(segment, dead), cancellationToken);

    /// <summary>Writes which rows of a segment are dead, and what they amount to.</summary>
    internal async Task<DeletionEntry> WriteDeletionsAsync(
        Guid segmentId, PagedBitmap dead, RowSum sum, CancellationToken cancellationToken)
    {
        Guid id = keys.NewId();
        long sizeBytes = await DeletionBitmaps.SaveAsync(
            store,
            new SegmentIdentity(keys.NamespaceId, segmentId, keys.Deletions(segmentId, id)),
            dead,
            cancellationToken).ConfigureAwait(false);
        return new DeletionEntry(id, sizeBytes, sum);
    }
}
