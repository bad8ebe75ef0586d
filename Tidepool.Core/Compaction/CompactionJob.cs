using System.Collections.Immutable;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;

namespace Tidepool.Compaction;

/// <summary>Merges some segments of a manifest into one without their dead rows, and commits it in their
/// place.</summary>
/// <remarks>Never conflicts with writes. Against other flushes it adds what died meanwhile; against another compaction
/// of the same segments whoever commits first wins. The caller keeps the set of segments acquired.</remarks>
internal sealed class CompactionJob(
    SegmentSet segments,
    ImmutableArray<SegmentEntry> inputs,
    IndexBuild indexes,
    SegmentWriter writer,
    SegmentLoader loader,
    ManifestStore manifests)
{
    /// <summary>The segment that was built; null when nothing in the inputs is alive.</summary>
    internal SegmentEntry? Built { get; private set; }

    /// <summary>Whether the segment that was built does not have all the indexes that it is to have.</summary>
    internal bool LacksIndex { get; private set; }

    /// <summary>Runs the job.</summary>
    /// <param name="orphanAge">Age at which the output would be taken for garbage if it is not committed.</param>
    /// <param name="cancellationToken">Abandons the job.</param>
    /// <returns>The manifest with the output; null when the inputs are no longer there or it took too long.</returns>
    internal async Task<Manifest?> RunAsync(TimeSpan orphanAge, CancellationToken cancellationToken)
    {
        SnapshotSource[] sources = [.. inputs.Select(MakeSource)];
        Built = await writer.WriteAsync(sources, segments.Manifest.Schema, indexes, cancellationToken)
            .ConfigureAwait(false);
        DateTimeOffset? uploadedAt = writer.StoreTime;
        SegmentHandle? output = Built is null
            ? null
            : await loader.OpenAsync(Built, cancellationToken).ConfigureAwait(false);
        try
        {
            await VerifyAsync(output?.Reader, cancellationToken).ConfigureAwait(false);
            LacksIndex = output is not null && MissingIndexes.Any(
                output, Built!.Rows.Rows, indexes.Schema, indexes.FromRows);
            return await manifests.CommitAsync(EditAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            output?.Unpin();
        }

        async ValueTask<ManifestEdit?> EditAsync(Manifest parent, CancellationToken token)
        {
            if (Built is not null && !await loader.IsYoungAsync(Built, uploadedAt, orphanAge / 2, token)
                .ConfigureAwait(false))
            {
                return null;
            }

            return await MakeEditAsync(parent, output?.Reader, token).ConfigureAwait(false);
        }
    }

    private SnapshotSource MakeSource(SegmentEntry input)
    {
        int position = segments.Find(input.Id);
        return new SnapshotSource(segments.Handles[position], segments.DeadAtFloor[position]);
    }

    /// <summary>Reads the output back: every checksum, and that its rows are those of the inputs less the
    /// dead.</summary>
    private async ValueTask VerifyAsync(SegmentReader? output, CancellationToken cancellationToken)
    {
        RowSum expected = inputs.Aggregate(RowSum.Zero, (sum, input) => sum + input.LiveRows);
        RowSum found = Built?.Rows ?? RowSum.Zero;
        if (found != expected)
        {
            throw new DataCorruptionException(
                $"A compaction of {inputs.Length} segments made {found} of {expected}; nothing was changed.");
        }

        if (output is not null)
        {
            await loader.VerifyAsync(output, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<ManifestEdit?> MakeEditAsync(
        Manifest parent, SegmentReader? output, CancellationToken cancellationToken)
    {
        PagedBitmapBuilder? dead = output is null ? null : PagedBitmap.Empty(output.RowCount).Edit();
        var edit = new ManifestEdit(parent);
        foreach (SegmentEntry input in inputs)
        {
            if (parent.FindSegment(input.Id) is not { } current)
            {
                return null;
            }

            if (current.Deletions?.Id != input.Deletions?.Id)
            {
                await AddNewlyDeadAsync(input, current, output, dead, cancellationToken).ConfigureAwait(false);
            }

            edit.RemoveSegment(input.Id);
        }

        if (Built is null || dead!.Count == Built.Rows.Rows)
        {
            return edit;
        }

        DeletionEntry? deletions = dead.Count == 0
            ? null
            : await writer.WriteDeletionsAsync(Built.Id, output!, dead.Freeze(), cancellationToken)
                .ConfigureAwait(false);
        edit.AddSegment(Built with { Deletions = deletions });
        return edit;
    }

    /// <summary>Marks in the output what a flush found dead in an input since it was read.</summary>
    private async ValueTask AddNewlyDeadAsync(
        SegmentEntry input,
        SegmentEntry current,
        SegmentReader? output,
        PagedBitmapBuilder? dead,
        CancellationToken cancellationToken)
    {
        int position = segments.Find(input.Id);
        SegmentReader reader = segments.Handles[position].Reader;
        PagedBitmap known = segments.DeadAtFloor[position];
        PagedBitmap now = await loader.ReadDeletionsAsync(current, reader.RowCount, cancellationToken)
            .ConfigureAwait(false);
        foreach (int ordinal in now.ToRowBitmap())
        {
            if (known[ordinal])
            {
                continue;
            }

            long sequence = reader.GetSequence(ordinal);
            foreach (int match in output!.FindOrdinals(reader.GetKey(ordinal)))
            {
                if (output.GetSequence(match) == sequence)
                {
                    dead!.Set(match);
                }
            }
        }
    }
}
