using Tidepool.Querying;
using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>One state for any number of reads, until it is disposed.</summary>
internal sealed class HeldSnapshot : ISnapshotSource, IDisposable
{
    private readonly Snapshot? _snapshot;
    private readonly ISnapshotSource _source;
    private readonly Action<HeldSnapshot> _onDisposed;
    private readonly Lock _gate = new();
    private bool _isDisposed;

    /// <param name="snapshot">The state, pinned for this; null when the namespace did not exist.</param>
    /// <param name="source">Where it comes from; told of damaged indexes.</param>
    /// <param name="executor">Runs its searches.</param>
    /// <param name="services">The namespace.</param>
    /// <param name="onDisposed">Told when it is disposed, once.</param>
    internal HeldSnapshot(
        Snapshot? snapshot,
        ISnapshotSource source,
        QueryExecutor executor,
        NamespaceServices services,
        Action<HeldSnapshot> onDisposed)
    {
        _snapshot = snapshot;
        _source = source;
        _onDisposed = onDisposed;
        Reads = new NamespaceReads(this, executor, services);
    }

    /// <summary>The last log entry that it sees; 0 when the namespace did not exist.</summary>
    internal long Sequence => _snapshot?.Head.Sequence ?? 0;

    internal NamespaceReads Reads { get; }

    public ValueTask<PinnedSnapshot> PinAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(NamespaceSnapshot));
            _snapshot?.TryPin(); // It is pinned already, so that this cannot fail.
            return new ValueTask<PinnedSnapshot>(new PinnedSnapshot(_snapshot, BytesFetched: 0));
        }
    }

    /// <summary>All of it is there, and stays.</summary>
    public ValueTask<PinnedSnapshot> PinWholeAsync(
        ReadConsistency consistency, CancellationToken cancellationToken) => PinAsync(consistency, cancellationToken);

    public void OnDamagedIndex(SegmentSet segments) => _source.OnDamagedIndex(segments);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _snapshot?.Unpin();
        _onDisposed(this);
    }
}
