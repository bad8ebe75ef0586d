using System.Buffers;
using System.Collections.Immutable;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;

namespace Tidepool.Backups;

/// <summary>Copies a namespace, at one position of its log, to where backups are.</summary>
/// <remarks>The snapshot's segments are read where they are held open, so that it does not matter what collectors do
/// to the objects meanwhile.</remarks>
/// <param name="source">Where the namespace is.</param>
/// <param name="sourceKeys">Its keys there.</param>
/// <param name="destination">Where the copies go.</param>
/// <param name="keys">The keys of its copies.</param>
/// <param name="isIncremental">Whether what is there already is left as it is.</param>
/// <param name="onStored">Told the size of each object that was stored, and 0 for one that was there.</param>
internal sealed class NamespaceBackup(
    IObjectStore source,
    NamespaceKeys sourceKeys,
    IObjectStore destination,
    NamespaceKeys keys,
    bool isIncremental,
    Action<long> onStored)
{
    /// <summary>Copies the state of a snapshot.</summary>
    /// <param name="snapshot">Pinned, with all of its segments there.</param>
    /// <param name="batches">The batches behind its manifest's floor.</param>
    /// <param name="now">A recent time of the source; null if it does not tell.</param>
    /// <param name="policy">How long batches are remembered.</param>
    /// <param name="cancellationToken">Abandons the copy.</param>
    /// <returns>The state as the first manifest of an incarnation.</returns>
    /// <exception cref="MissingObjectException">A list of batches is gone.</exception>
    internal async Task<Manifest> RunAsync(
        Snapshot snapshot,
        BatchRecord[] batches,
        DateTimeOffset? now,
        GracePolicy policy,
        CancellationToken cancellationToken)
    {
        Manifest manifest = snapshot.Segments.Manifest;
        BatchHistory history = await new BatchLedgers(destination, keys)
            .RecordAsync(manifest.Batches, batches, now, policy.BatchRetention, cancellationToken)
            .ConfigureAwait(false);
        foreach (LedgerEntry ledger in history.Ledgers.Intersect(manifest.Batches.Ledgers))
        {
            await CopyAsync(ledger, cancellationToken).ConfigureAwait(false);
        }

        ImmutableArray<SegmentEntry>.Builder segments = ImmutableArray.CreateBuilder<SegmentEntry>();
        var writer = new SegmentWriter(destination, keys);
        for (int i = 0; i < manifest.Segments.Length; i++)
        {
            SegmentReader reader = snapshot.Segments.Handles[i].Reader;
            PagedBitmap dead = snapshot.Sources[i].Dead;
            if (dead.Count < manifest.Segments[i].Rows.Rows)
            {
                segments.Add(await CopyAsync(manifest.Segments[i], reader, dead, writer, cancellationToken)
                    .ConfigureAwait(false));
            }
        }

        if (await CopiedState.WriteTailAsync(snapshot, writer, cancellationToken).ConfigureAwait(false)
            is { } written)
        {
            segments.Add(written);
            onStored(written.SizeBytes);
        }

        return CopiedState.Begin(snapshot, keys, segments.ToImmutable(), history);
    }

    private async ValueTask<SegmentEntry> CopyAsync(
        SegmentEntry segment,
        SegmentReader reader,
        PagedBitmap dead,
        SegmentWriter writer,
        CancellationToken cancellationToken)
    {
        string key = keys.Segment(segment.Id);
        var copy = new SegmentCopy(reader, keys.NamespaceId);
        bool isStored = isIncremental
            && await copy.IsStoredAsync(destination, key, cancellationToken).ConfigureAwait(false);
        if (!isStored)
        {
            await copy.UploadAsync(destination, key, cancellationToken).ConfigureAwait(false);
        }

        onStored(isStored ? 0 : copy.SizeBytes);
        segment = segment with { Owner = null };
        if (dead.Count == 0)
        {
            return segment with { Deletions = null };
        }

        if (segment.Deletions is { } deletions && deletions.Rows.Rows == dead.Count)
        {
            string deletionsKey = keys.Deletions(segment.Id, deletions.Id);
            byte[] bytes = DeletionBitmapCodec.Encode(
                new SegmentIdentity(keys.NamespaceId, segment.Id, deletionsKey), dead);
            await StoreAsync(deletionsKey, bytes, cancellationToken).ConfigureAwait(false);
            return segment with { Deletions = deletions with { SizeBytes = bytes.Length } };
        }

        DeletionEntry added = await writer.WriteDeletionsAsync(segment.Id, reader, dead, cancellationToken)
            .ConfigureAwait(false);
        onStored(added.SizeBytes);
        return segment with { Deletions = added };
    }

    private async ValueTask CopyAsync(LedgerEntry ledger, CancellationToken cancellationToken)
    {
        string key = sourceKeys.Ledger(ledger.Id);
        using GetResult stored = await source.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        byte[] bytes = stored.Found ? stored.Data.ToArray() : throw new MissingObjectException(key);
        try
        {
            LedgerCodec.Decode(bytes, sourceKeys.NamespaceId, ledger);
        }
        catch (SegmentFormatException inner)
        {
            throw SegmentFaults.Translate(inner, key);
        }

        await StoreAsync(keys.Ledger(ledger.Id), bytes, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask StoreAsync(string key, byte[] bytes, CancellationToken cancellationToken)
    {
        using GetResult stored = await destination.GetAsync(key, range: null, cancellationToken)
            .ConfigureAwait(false);
        bool isStored = isIncremental && stored.Found && stored.Data.Span.SequenceEqual(bytes);
        if (!isStored)
        {
            await destination.PutAsync(
                key, new ReadOnlySequence<byte>(bytes), PutCondition.Always, cancellationToken).ConfigureAwait(false);
        }

        onStored(isStored ? 0 : bytes.Length);
    }
}
