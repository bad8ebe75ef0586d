using System.Collections.Immutable;
using System.Diagnostics;
using Tidepool.Compaction;
using Tidepool.Manifests;
using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>Merges a namespace's segments: after flushes, as far as it is worth it, and on demand. One merge at a time.
/// </summary>
internal sealed class CompactionWork : IAsyncDisposable
{
    private const int MaxFullPasses = 16;

    private readonly OpenNamespace _namespace;
    private readonly NamespaceServices _services;
    private readonly JobRunner _jobs;
    private readonly Action<DateTimeOffset?> _onCommitted;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly BackgroundLoop _loop;

    internal CompactionWork(
        OpenNamespace @namespace, NamespaceServices services, JobRunner jobs, Action<DateTimeOffset?> onCommitted)
    {
        _namespace = @namespace;
        _services = services;
        _jobs = jobs;
        _onCommitted = onCommitted;
        _loop = new BackgroundLoop(
            "compaction", services.Name, CompactWhileWorthwhileAsync, services.Clock, services.Logger);
    }

    internal Exception? LastFailure => _loop.LastFailure;

    private CompactionOptions Options => _services.Options.Compaction;

    internal void Wake()
    {
        if (_services.RunsInBackground)
        {
            _loop.Wake();
        }
    }

    /// <summary>Merges all segments as far as their size allows, and drops every dead row.</summary>
    internal async Task CompactFullyAsync(
        IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        for (int pass = 0; pass < MaxFullPasses; pass++)
        {
            ImmutableArray<ImmutableArray<SegmentEntry>> groups = CompactionPlanner.PlanFull(
                _namespace.Manifests.Current.Segments, Options.MaxSegmentBytes);
            if (groups.IsEmpty)
            {
                return;
            }

            for (int i = 0; i < groups.Length; i++)
            {
                ImmutableArray<SegmentEntry> group = groups[i];
                SegmentEntry? built = await CompactAsync(_ => group, cancellationToken).ConfigureAwait(false);
                progress?.Report(new OperationProgress("compact", i + 1, groups.Length, built?.SizeBytes ?? 0));
            }
        }
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task<TimeSpan> CompactWhileWorthwhileAsync(CancellationToken cancellationToken)
    {
        while (await CompactAsync(
            segments => CompactionPlanner.Plan(segments, Options.MaxSegmentBytes), cancellationToken)
            .ConfigureAwait(false) is { } built)
        {
            Options.Progress?.Report(
                new OperationProgress("compact", built.Rows.Rows, built.Rows.Rows, built.SizeBytes));
        }

        return Timeout.InfiniteTimeSpan;
    }

    /// <summary>Runs one compaction; null when none was planned, or it came to nothing.</summary>
    private async Task<SegmentEntry?> CompactAsync(
        Func<ImmutableArray<SegmentEntry>, ImmutableArray<SegmentEntry>> plan, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _namespace.AdoptNewestAsync(cancellationToken).ConfigureAwait(false);
            SegmentSet segments = _namespace.State.AcquireSegments();
            try
            {
                ImmutableArray<SegmentEntry> present = segments.Manifest.Segments;
                ImmutableArray<SegmentEntry> inputs = plan(present);
                if (inputs.IsEmpty || inputs.Any(input => !present.Contains(input)))
                {
                    return null;
                }

                SegmentEntry? built = null;
                await _jobs.RunAsync(
                    "compaction",
                    async token =>
                    {
                        built = await CompactAsync(segments, inputs, token).ConfigureAwait(false);
                        return built is not null;
                    },
                    cancellationToken).ConfigureAwait(false);
                return built;
            }
            finally
            {
                segments.Release();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<SegmentEntry?> CompactAsync(
        SegmentSet segments, ImmutableArray<SegmentEntry> inputs, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        var writer = new SegmentWriter(_namespace.Store, _namespace.Keys);
        var job = new CompactionJob(segments, inputs, writer, _namespace.Loader, _namespace.Manifests);
        Manifest? compacted = await job.RunAsync(_services.Policy.OrphanAge, cancellationToken).ConfigureAwait(false);
        await _namespace.AdoptNewestAsync(cancellationToken).ConfigureAwait(false);
        if (compacted is null)
        {
            LogMessages.JobAbandoned(_services.Logger, "compaction", _services.Name, "its inputs are gone.");
            return null;
        }

        long rows = job.Built?.Rows.Rows ?? 0;
        long bytes = job.Built?.SizeBytes ?? 0;
        var elapsed = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        LogMessages.Compacted(_services.Logger, _services.Name, inputs.Length, rows, bytes, elapsed);
        _onCommitted(writer.StoreTime);
        return job.Built;
    }
}
