using Tidepool.Cleanup;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;
using Tidepool.Wal;

namespace Tidepool.Engine;

/// <summary>Reads everything that the newest manifest, the log behind it and the tags consist of, from the store
/// itself.</summary>
internal sealed class Verification(OpenNamespace open, GracePolicy policy, IProgress<OperationProgress>? progress)
{
    private readonly List<VerificationProblem> _problems = [];
    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);
    private long _objects;
    private long _bytes;

    internal async Task<VerificationReport> RunAsync(CancellationToken cancellationToken)
    {
        await open.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await open.RefreshAsync(cancellationToken).ConfigureAwait(false);
        Snapshot snapshot = open.PinCurrent();
        try
        {
            Manifest manifest = snapshot.Segments.Manifest;
            if (manifest.Generation > 0)
            {
                await CheckAsync(
                    open.Keys.Manifest(manifest.Generation),
                    token => CheckManifestAsync(manifest, token),
                    cancellationToken).ConfigureAwait(false);
            }

            for (int i = 0; i < manifest.Segments.Length; i++)
            {
                await CheckAsync(manifest.Segments[i], snapshot.Segments.Handles[i].Reader.RowCount, cancellationToken)
                    .ConfigureAwait(false);
            }

            foreach (LedgerEntry ledger in manifest.Batches.Ledgers)
            {
                await CheckAsync(
                    open.Keys.Ledger(ledger.Id), token => CheckLedgerAsync(ledger, token), cancellationToken)
                    .ConfigureAwait(false);
            }

            for (long slot = manifest.Floor.Sequence + 1; slot <= snapshot.Head.Sequence; slot++)
            {
                long sequence = slot;
                await CheckAsync(
                    open.Keys.LogEntry(sequence), token => CheckEntryAsync(sequence, token), cancellationToken)
                    .ConfigureAwait(false);
            }

            await CheckPinsAsync(cancellationToken).ConfigureAwait(false);
            return new VerificationReport
            {
                Objects = _objects,
                Bytes = _bytes,
                Documents = snapshot.DocumentCount,
                Problems = _problems,
            };
        }
        finally
        {
            snapshot.Unpin();
        }
    }

    /// <summary>Checks every byte of an open segment.</summary>
    internal static void ReadWhole(SegmentReader segment, CancellationToken cancellationToken)
    {
        try
        {
            SegmentVerifier.VerifyChecksums(segment, cancellationToken);
        }
        catch (SegmentFormatException fault)
        {
            throw FaultTranslation.Translate(fault);
        }
    }

    /// <summary>Checks what tags keep.</summary>
    private async Task CheckPinsAsync(CancellationToken cancellationToken)
    {
        foreach (Pin pin in await ReadPinsAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (SegmentEntry segment in pin.Manifest.Segments)
            {
                string key = segment.GetKey(open.Keys);
                await CheckAsync(key, token => CheckSegmentAsync(segment, token), cancellationToken)
                    .ConfigureAwait(false);

                // A bitmap cannot be judged without its segment, which says how many rows there are.
                if (segment.Deletions is { } deletions && !_problems.Exists(problem => problem.ObjectKey == key))
                {
                    await CheckAsync(
                        open.Keys.Deletions(segment.Id, deletions.Id),
                        token => CheckDeletionsAsync(segment, token),
                        cancellationToken).ConfigureAwait(false);
                }
            }

            foreach (LedgerEntry ledger in pin.Manifest.Batches.Ledgers)
            {
                await CheckAsync(
                    open.Keys.Ledger(ledger.Id), token => CheckLedgerAsync(ledger, token), cancellationToken)
                    .ConfigureAwait(false);
            }

            for (long slot = pin.Manifest.Floor.Sequence + 1; slot <= pin.Position.Sequence; slot++)
            {
                long sequence = slot;
                await CheckAsync(
                    open.Keys.LogEntry(sequence), token => CheckEntryAsync(sequence, token), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>The pins as they are stored now; none, with a problem, if one of them is damaged.</summary>
    private async Task<IReadOnlyList<Pin>> ReadPinsAsync(CancellationToken cancellationToken)
    {
        using var stored = new PinStore(open.Store, open.Keys, policy); // Not from memory.
        try
        {
            PinListing listing = await stored.ListAsync(cancellationToken).ConfigureAwait(false);
            return listing.Pins;
        }
        catch (DataCorruptionException fault)
        {
            string key = fault.ObjectKey ?? open.Keys.Pins;
            if (_checked.Add(key))
            {
                await AddProblemAsync(key, fault, cancellationToken).ConfigureAwait(false);
            }

            return [];
        }
    }

    private async Task CheckAsync(SegmentEntry segment, int rowCount, CancellationToken cancellationToken)
    {
        await CheckAsync(
            segment.GetKey(open.Keys), token => CheckSegmentAsync(segment, token), cancellationToken)
            .ConfigureAwait(false);
        if (segment.Deletions is { } deletions)
        {
            await CheckAsync(
                open.Keys.Deletions(segment.Id, deletions.Id),
                token => CheckDeletionsAsync(segment, rowCount, token),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckAsync(
        string key, Func<CancellationToken, Task<long>> check, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_checked.Add(key))
        {
            return;
        }

        try
        {
            _bytes += await check(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (
            fault is SegmentFormatException or DataCorruptionException or MissingObjectException)
        {
            if (fault is not MissingObjectException ||
                await IsNeededAsync(key, cancellationToken).ConfigureAwait(false))
            {
                await AddProblemAsync(key, fault, cancellationToken).ConfigureAwait(false);
            }
        }

        _objects++;
        progress?.Report(new OperationProgress("verify", _objects, Total: null, _bytes));
    }

    /// <summary>Remembers what is wrong with an object of a namespace that is still there: one that was dropped
    /// meanwhile, and collected, has lost nothing.</summary>
    private async Task AddProblemAsync(string key, Exception fault, CancellationToken cancellationToken)
    {
        await open.Log.CheckDroppedAsync(cancellationToken).ConfigureAwait(false);
        if (open.IsDropped)
        {
            throw new InvalidOperationException("The namespace was dropped while it was verified.", fault);
        }

        _problems.Add(new VerificationProblem(key, fault.Message));
    }

    /// <summary>Whether an object that is gone should be there: what others flushed or merged meanwhile may have been
    /// collected since.</summary>
    private async Task<bool> IsNeededAsync(string key, CancellationToken cancellationToken)
    {
        await open.Manifests.RefreshAsync(cancellationToken).ConfigureAwait(false);
        Manifest newest = open.Manifests.Current;
        var pinned = new PinnedObjects(open.Keys, await ReadPinsAsync(cancellationToken).ConfigureAwait(false));
        return open.Keys.TryParseLogEntry(key, out long sequence)
            ? sequence > newest.Floor.Sequence || pinned.Contains(sequence)
            : pinned.Contains(key) || newest.Segments.Any(segment => key == segment.GetKey(open.Keys) ||
                (segment.Deletions is { } deletions && key == open.Keys.Deletions(segment.Id, deletions.Id))) ||
                newest.Batches.Ledgers.Any(ledger => key == open.Keys.Ledger(ledger.Id)) ||
                key == open.Keys.Manifest(newest.Generation);
    }

    private async Task<long> CheckManifestAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        string key = open.Keys.Manifest(manifest.Generation);
        using GetResult stored = await open.Store.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        if (!stored.Found || stored.ObjectLength == ManifestFormat.TombstoneLength)
        {
            throw new MissingObjectException(key); // A tombstone says that a newer one has been there for long.
        }

        ContentHash hash = ContentHash.Compute(stored.Data.Span);
        return hash == manifest.Hash
            ? stored.ObjectLength
            : throw new DataCorruptionException($"{key}: the object is {hash}, it was {manifest.Hash}.")
            {
                ObjectKey = key,
            };
    }

    private async Task<long> CheckLedgerAsync(LedgerEntry ledger, CancellationToken cancellationToken)
    {
        var direct = new BatchLedgers(open.Store, open.Keys); // Not from memory: what counts is what the store has.
        await direct.LoadAsync(ledger, cancellationToken).ConfigureAwait(false);
        return ledger.SizeBytes;
    }

    private async Task<long> CheckSegmentAsync(SegmentEntry segment, CancellationToken cancellationToken)
    {
        // Not through the disk cache: what counts is what the store has.
        var direct = new SegmentLoader(open.Store, open.Keys, new SegmentOpener(open.Store, cache: null));
        SegmentHandle handle = await direct.OpenAsync(segment, cancellationToken).ConfigureAwait(false);
        try
        {
            SegmentVerifier.Verify(handle.Reader, onProgress: null, cancellationToken);
            var rows = new RowSum(handle.Reader.DocumentCount, handle.Reader.Header.RowSum);
            return rows == segment.Rows
                ? segment.SizeBytes
                : throw new SegmentFormatException($"it has {rows}, the manifest says {segment.Rows}", 0);
        }
        finally
        {
            handle.Unpin();
        }
    }

    private async Task<long> CheckDeletionsAsync(
        SegmentEntry segment, int rowCount, CancellationToken cancellationToken)
    {
        await open.Loader.ReadDeletionsAsync(segment, rowCount, cancellationToken).ConfigureAwait(false);
        return segment.Deletions!.SizeBytes;
    }

    private async Task<long> CheckDeletionsAsync(SegmentEntry segment, CancellationToken cancellationToken)
    {
        SegmentHandle handle = await open.Loader.OpenAsync(segment, cancellationToken).ConfigureAwait(false);
        try
        {
            return await CheckDeletionsAsync(segment, handle.Reader.RowCount, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            handle.Unpin();
        }
    }

    private async Task<long> CheckEntryAsync(long sequence, CancellationToken cancellationToken)
    {
        var slots = new SlotReader(open.Store, open.Keys);
        SlotRead[] reads = await slots.ReadAsync(sequence, count: 1, cancellationToken).ConfigureAwait(false);
        using SlotRead read = reads[0];
        return read.Found
            ? slots.Decode(read).SizeBytes
            : throw new MissingObjectException(open.Keys.LogEntry(sequence));
    }
}
