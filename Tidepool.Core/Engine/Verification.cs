using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;
using Tidepool.Wal;

namespace Tidepool.Engine;

/// <summary>Reads everything that the newest manifest and the log behind it consist of, from the store
/// itself.</summary>
internal sealed class Verification(OpenNamespace open, IProgress<OperationProgress>? progress)
{
    private readonly List<VerificationProblem> _problems = [];
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
            foreach (SegmentEntry segment in manifest.Segments)
            {
                await CheckAsync(
                    open.Keys.Segment(segment.Id), token => CheckSegmentAsync(segment, token), cancellationToken)
                    .ConfigureAwait(false);
                if (segment.Deletions is { } deletions)
                {
                    await CheckAsync(
                        open.Keys.Deletions(segment.Id, deletions.Id),
                        token => CheckDeletionsAsync(segment, token),
                        cancellationToken).ConfigureAwait(false);
                }
            }

            for (long slot = manifest.Floor.Sequence + 1; slot <= snapshot.Head.Sequence; slot++)
            {
                long sequence = slot;
                await CheckAsync(
                    open.Keys.LogEntry(sequence), token => CheckEntryAsync(sequence, token), cancellationToken)
                    .ConfigureAwait(false);
            }

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

    private async Task CheckAsync(
        string key, Func<CancellationToken, Task<long>> check, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _bytes += await check(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (
            fault is SegmentFormatException or DataCorruptionException or MissingObjectException)
        {
            _problems.Add(new VerificationProblem(key, fault.Message));
        }

        _objects++;
        progress?.Report(new OperationProgress("verify", _objects, Total: null, _bytes));
    }

    private async Task<long> CheckSegmentAsync(SegmentEntry segment, CancellationToken cancellationToken)
    {
        // Not through the disk cache: what counts is what the store has.
        var direct = new SegmentLoader(open.Store, open.Keys, new SegmentOpener(open.Store, cache: null));
        SegmentHandle handle = await direct.OpenAsync(segment, cancellationToken).ConfigureAwait(false);
        try
        {
            SegmentVerifier.Verify(handle.Reader, onProgress: null, cancellationToken);
            return segment.SizeBytes;
        }
        finally
        {
            handle.Unpin();
        }
    }

    private async Task<long> CheckDeletionsAsync(SegmentEntry segment, CancellationToken cancellationToken)
    {
        SegmentHandle handle = await open.Loader.OpenAsync(segment, cancellationToken).ConfigureAwait(false);
        try
        {
            await open.Loader.ReadDeletionsAsync(segment, handle.Reader.RowCount, cancellationToken)
                .ConfigureAwait(false);
            return segment.Deletions!.SizeBytes;
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
