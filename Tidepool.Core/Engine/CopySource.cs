using Tidepool.Model;
using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>All that a copy of a namespace is made of: a snapshot, pinned with all of its segments until this is
/// disposed, and the batches behind its manifest's floor.</summary>
internal sealed class CopySource : IDisposable
{
    internal CopySource(Snapshot snapshot, BatchRecord[] batches)
    {
        Snapshot = snapshot;
        Batches = batches;
    }

    internal Snapshot Snapshot { get; }

    /// <summary>In the order of the log.</summary>
    internal BatchRecord[] Batches { get; }

    /// <summary>Pins the state that a namespace has now, without a look at what others wrote.</summary>
    internal static async Task<CopySource> PinAsync(OpenNamespace open, CancellationToken cancellationToken)
    {
        while (true)
        {
            await open.CompleteSegmentsAsync(cancellationToken).ConfigureAwait(false);
            CopySource? state = TryPin(open);
            if (state is { Snapshot.Segments.IsComplete: true })
            {
                return state;
            }

            state?.Dispose();
        }
    }

    /// <summary>The state that a namespace has now, though its segments may be there in part; null when it has just
    /// changed.</summary>
    internal static CopySource? TryPin(OpenNamespace open)
    {
        Snapshot snapshot = open.PinCurrent();
        BatchRecord[] batches = open.Log.GetBatches(
            snapshot.Segments.Manifest.Floor.Sequence, snapshot.Head.Sequence);

        // The log forgets batches that a newer manifest holds, after the state has gone on to that.
        if (open.State.Current.Segments == snapshot.Segments)
        {
            return new CopySource(snapshot, batches);
        }

        snapshot.Unpin();
        return null;
    }

    public void Dispose() => Snapshot.Unpin();
}
