using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Recovery;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;
using Tidepool.Wal;

namespace Tidepool.Engine;

/// <summary>Rebuilds states that are not the newest: opens the segments of a manifest, and applies the log to them.
/// </summary>
internal static class PastStateBuilder
{
    /// <summary>Rebuilds a state.</summary>
    /// <returns>It, pinned, with all of its segments; null when a part of what it is made of is gone.</returns>
    /// <exception cref="DataCorruptionException">What it is made of is damaged.</exception>
    internal static async Task<Snapshot?> TryBuildAsync(
        OpenNamespace open, PastState past, CancellationToken cancellationToken)
    {
        try
        {
            SegmentSet segments = await OpenSegmentsAsync(open, past, cancellationToken).ConfigureAwait(false);
            var state = new LiveState(segments);
            try
            {
                await segments.CompleteAsync(cancellationToken).ConfigureAwait(false);
                bool isWhole = await new PastLog(open.Store, open.Keys).ReadAsync(
                    past.Manifest.Floor, past.Sequence, past.Hash, entry => state.Apply(entry), cancellationToken)
                    .ConfigureAwait(false);
                return !isWhole ? null
                    : past.Rows is { } rows && state.Current.Rows != rows
                        ? throw new DataCorruptionException(
                            $"Namespace state {past.Sequence} has {state.Current.Rows}, expected {rows}.")
                        : state.PinCurrent();
            }
            finally
            {
                state.Close();
            }
        }
        catch (MissingObjectException)
        {
            return null;
        }
        catch (SegmentFormatException fault)
        {
            throw FaultTranslation.Translate(fault);
        }
    }

    /// <summary>The first object that is gone of those that a state is made of; null when all are there.</summary>
    internal static async Task<string?> FindMissingAsync(
        OpenNamespace open, PastState past, CancellationToken cancellationToken)
    {
        byte[] some = new byte[1];
        foreach (string key in ListParts(open.Keys, past))
        {
            ReadResult read = await open.Store.ReadAsync(key, offset: 0, some, cancellationToken)
                .ConfigureAwait(false);
            if (!read.Found)
            {
                return key;
            }
        }

        return null;
    }

    private static IEnumerable<string> ListParts(NamespaceKeys keys, PastState past)
    {
        foreach (SegmentEntry segment in past.Manifest.Segments)
        {
            yield return segment.GetKey(keys);
            if (segment.Deletions is { } deletions)
            {
                yield return keys.Deletions(segment.Id, deletions.Id);
            }
        }

        for (long slot = past.Manifest.Floor.Sequence + 1; slot <= past.Sequence; slot++)
        {
            yield return keys.LogEntry(slot);
        }
    }

    /// <summary>Opens the segments, sharing those that are open already.</summary>
    private static async Task<SegmentSet> OpenSegmentsAsync(
        OpenNamespace open, PastState past, CancellationToken cancellationToken)
    {
        Snapshot current = open.PinCurrent();
        try
        {
            return await open.Loader
                .OpenAllAsync(past.Manifest, current.Segments, mayBePartial: false, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            current.Unpin();
        }
    }
}
