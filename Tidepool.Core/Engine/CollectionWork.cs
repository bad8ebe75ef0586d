using Tidepool.Cleanup;

namespace Tidepool.Engine;

/// <summary>Collects a namespace's garbage: once after the grace window of a commit, and on demand.</summary>
internal sealed class CollectionWork : IAsyncDisposable
{
    private readonly NamespaceServices _services;
    private readonly JobRunner _jobs;
    private readonly NamespaceCollector _collector;
    private readonly BackgroundLoop _loop;
    private readonly Lock _gate = new();
    private long _dueSince; // Timestamp of the first commit since the last collection; 0 for none.

    internal CollectionWork(NamespaceServices services, JobRunner jobs, NamespaceCollector collector)
    {
        _services = services;
        _jobs = jobs;
        _collector = collector;
        _loop = new BackgroundLoop("collection", services.Name, CollectWhenDueAsync, services.Clock, services.Logger);
    }

    internal Exception? LastFailure => _loop.LastFailure;

    /// <summary>Told of each commit of this process: what it made unneeded becomes garbage after the grace window.
    /// </summary>
    internal void OnCommitted()
    {
        if (!_services.RunsInBackground)
        {
            return;
        }

        lock (_gate)
        {
            _dueSince = _dueSince == 0 ? _services.Clock.GetTimestamp() : _dueSince;
        }

        _loop.Wake();
    }

    /// <summary>Collects what is garbage now.</summary>
    internal Task CollectAsync(CancellationToken cancellationToken) => _jobs.RunAsync(
        "collection",
        async token =>
        {
            CollectionReport report = await _collector.RunAsync(token).ConfigureAwait(false);
            LogMessages.Collected(
                _services.Logger, _services.Name, report.LogEntries, report.Graves + report.Orphans, report.Manifests);
            return true;
        },
        cancellationToken);

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task<TimeSpan> CollectWhenDueAsync(CancellationToken cancellationToken)
    {
        long since;
        lock (_gate)
        {
            since = _dueSince;
        }

        if (since == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan waited = _services.Clock.GetElapsedTime(since);
        if (waited < _services.Policy.Window)
        {
            return _services.Policy.Window - waited;
        }

        lock (_gate)
        {
            _dueSince = 0;
        }

        await CollectAsync(cancellationToken).ConfigureAwait(false);
        return Timeout.InfiniteTimeSpan;
    }
}
