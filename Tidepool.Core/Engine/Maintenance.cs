using Tidepool.Cleanup;

namespace Tidepool.Engine;

/// <summary>The jobs of an open namespace, and what one sets off in another.</summary>
internal sealed class Maintenance : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _lastCommittedAt;

    internal Maintenance(OpenNamespace @namespace, NamespaceServices services, NamespaceCollector collector)
    {
        var compactions = new JobRunner(services, services.CompactionTurns);
        Flushing = new FlushWork(
            @namespace, services, new JobRunner(services, services.FlushTurns), OnFlushed);
        Compacting = new CompactionWork(@namespace, services, compactions, OnCommitted);
        Following = new FollowWork(@namespace, services);
        Collecting = new CollectionWork(services, compactions, collector);
    }

    internal FlushWork Flushing { get; }

    internal CompactionWork Compacting { get; }

    internal CollectionWork Collecting { get; }

    internal FollowWork Following { get; }

    /// <summary>The last failure of background work that was not made good yet.</summary>
    internal Exception? LastFailure =>
        Flushing.LastFailure ?? Compacting.LastFailure ?? Collecting.LastFailure ?? Following.LastFailure;

    /// <summary>When this process last wrote a segment, by the store's clock; null if it has not.</summary>
    internal DateTimeOffset? LastCommittedAt
    {
        get
        {
            lock (_gate)
            {
                return _lastCommittedAt;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Flushing.DisposeAsync().ConfigureAwait(false);
        await Compacting.DisposeAsync().ConfigureAwait(false);
        await Collecting.DisposeAsync().ConfigureAwait(false);
        await Following.DisposeAsync().ConfigureAwait(false);
    }

    private void OnFlushed(DateTimeOffset? storeTime)
    {
        Compacting.OnFlushed();
        OnCommitted(storeTime);
    }

    private void OnCommitted(DateTimeOffset? storeTime)
    {
        lock (_gate)
        {
            _lastCommittedAt = storeTime ?? _lastCommittedAt;
        }

        Compacting.Wake();
        Collecting.OnCommitted();
    }
}
