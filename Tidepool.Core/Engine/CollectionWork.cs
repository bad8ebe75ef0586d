using Tidepool.Cleanup;

namespace Tidepool.Engine;

/// <summary>Collects a namespace's garbage: after the grace window of commits, and on demand.</summary>
internal sealed class CollectionWork : IAsyncDisposable
{
    private readonly NamespaceServices _services;
    private readonly JobRunner _jobs;
    private readonly NamespaceCollector _collector;
    private readonly CollectionSchedule _schedule;

    internal CollectionWork(NamespaceServices services, JobRunner jobs, NamespaceCollector collector)
    {
        _services = services;
        _jobs = jobs;
        _collector = collector;
        _schedule = new CollectionSchedule(
            "collection",
            services.Name,
            services.Policy.Window,
            services.Policy.CollectAfter,
            CollectAsync,
            services.Clock,
            services.Logger);
    }

    internal Exception? LastFailure => _schedule.LastFailure;

    /// <summary>Told of each commit of this process: what it made unneeded becomes garbage after the grace window.
    /// </summary>
    internal void OnCommitted()
    {
        if (_services.RunsInBackground)
        {
            _schedule.OnGarbage();
        }
    }

    /// <summary>Collects what is garbage now.</summary>
    /// <returns>Whether that took a commit, which makes older manifests unneeded.</returns>
    internal async Task<bool> CollectAsync(CancellationToken cancellationToken)
    {
        CollectionReport report = default;
        await _jobs.RunAsync(
            "collection",
            async token =>
            {
                report = await _collector.RunAsync(token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        long objects = report.Graves + report.Orphans;
        LogMessages.Collected(_services.Logger, _services.Name, report.LogEntries, objects, report.Manifests);
        return objects + report.Pins > 0;
    }

    public ValueTask DisposeAsync() => _schedule.DisposeAsync();
}
