using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Tidepool.Compaction;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>Merges a namespace's segments: after flushes, as far as it is worth it, and on demand. One merge at a time.
/// </summary>
internal sealed class CompactionWork : IAsyncDisposable
{
    private const int MaxFullPasses = 16;

    /// <summary>How long after the last flush of this process a namespace counts as at rest: what is flushed shortly
    /// after each other is indexed together.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(2);

    private readonly OpenNamespace _namespace;
    private readonly NamespaceServices _services;
    private readonly JobRunner _jobs;
    private readonly Action<DateTimeOffset?> _onCommitted;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly BackgroundLoop _loop;
    private readonly BackgroundPause _pause;

    // Segments whose rows make no index, by the schema that asked for it: they are not tried again.
    private readonly ConcurrentDictionary<(Guid SegmentId, int SchemaVersion), bool> _unindexable = new();
    private long _lastFlushedAt;

    internal CompactionWork(
        OpenNamespace @namespace, NamespaceServices services, JobRunner jobs, Action<DateTimeOffset?> onCommitted)
    {
        _namespace = @namespace;
        _services = services;
        _jobs = jobs;
        _onCommitted = onCommitted;
        _loop = new BackgroundLoop(
            "compaction", services.Name, CompactUnlessPausedAsync, services.Clock, services.Logger);
        _pause = new BackgroundPause(Wake);
    }

    internal Exception? LastFailure => _loop.LastFailure;

    private CompactionOptions Options => _services.Options.Compaction;

    /// <summary>Told of each flush of this process.</summary>
    internal void OnFlushed()
    {
        Volatile.Write(ref _lastFlushedAt, _services.Clock.GetTimestamp());
        Wake();
    }

    /// <summary>Reports indexes that proved to be damaged, and has them built anew.</summary>
    internal void OnDamagedIndex(SegmentSet segments)
    {
        foreach (SegmentHandle segment in segments.Handles)
        {
            while (segment.TakeUnreportedDamage() is { } damage)
            {
                LogMessages.IndexDamaged(_services.Logger, _services.Name, damage.Message);
                Wake();
            }
        }
    }

    internal void Wake()
    {
        if (_services.RunsInBackground)
        {
            _loop.Wake();
        }
    }

    /// <summary>Keeps the background from merging until the result is disposed, and abandons what it is merging: for a
    /// caller who is about to merge all of it anyway.</summary>
    internal IDisposable PauseBackground() => _pause.Begin();

    /// <summary>Merges until no segment waits for an index.</summary>
    internal async Task IndexAllAsync(CancellationToken cancellationToken)
    {
        int abandoned = 0;
        while (abandoned < MaxFullPasses &&
            await CompactAsync(PlanAtRest, Options.Progress, cancellationToken).ConfigureAwait(false) is { } isDone)
        {
            abandoned += isDone ? 0 : 1; // Another process was quicker: look again.
        }

        ImmutableArray<SegmentEntry> PlanAtRest(ImmutableArray<SegmentEntry> segments, IReadOnlySet<Guid> unindexed) =>
            unindexed.Count == 0
                ? []
                : CompactionPlanner.Plan(segments, unindexed, isAtRest: true, Options.MaxSegmentBytes);
    }

    /// <summary>Merges all segments as far as their size allows, drops every dead row and builds every index.</summary>
    internal async Task CompactFullyAsync(
        IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        for (int pass = 0; pass < MaxFullPasses; pass++)
        {
            await _namespace.AdoptNewestAsync(cancellationToken).ConfigureAwait(false);
            await _namespace.CompleteSegmentsAsync(cancellationToken).ConfigureAwait(false);
            ImmutableArray<ImmutableArray<SegmentEntry>> groups = PlanFull();
            if (groups.IsEmpty)
            {
                return;
            }

            for (int i = 0; i < groups.Length; i++)
            {
                ImmutableArray<SegmentEntry> group = groups[i];
                await CompactAsync((_, _) => group, progress, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync().ConfigureAwait(false);
        _pause.Dispose();
    }

    private async Task<TimeSpan> CompactUnlessPausedAsync(CancellationToken cancellationToken) =>
        await _pause.RunAsync(CompactWhileWorthwhileAsync, cancellationToken).ConfigureAwait(false)
            ?? Timeout.InfiniteTimeSpan; // The end of the pause wakes the background.

    private async Task<TimeSpan> CompactWhileWorthwhileAsync(CancellationToken cancellationToken)
    {
        TimeSpan untilRest;
        bool isWaiting = false;
        do
        {
            untilRest = s_rest - _services.Clock.GetElapsedTime(Volatile.Read(ref _lastFlushedAt));
        }
        while (await CompactAsync(Plan, Options.Progress, cancellationToken).ConfigureAwait(false) == true);

        return isWaiting ? untilRest : Timeout.InfiniteTimeSpan;

        ImmutableArray<SegmentEntry> Plan(ImmutableArray<SegmentEntry> segments, IReadOnlySet<Guid> unindexed)
        {
            bool isAtRest = untilRest <= TimeSpan.Zero;
            isWaiting = !isAtRest && unindexed.Count > 0;
            return CompactionPlanner.Plan(segments, unindexed, isAtRest, Options.MaxSegmentBytes);
        }
    }

    private ImmutableArray<ImmutableArray<SegmentEntry>> PlanFull()
    {
        SegmentSet segments = _namespace.State.AcquireSegments();
        try
        {
            return CompactionPlanner.PlanFull(
                segments.Manifest.Segments, FindUnindexed(segments), Options.MaxSegmentBytes);
        }
        finally
        {
            segments.Release();
        }
    }

    private HashSet<Guid> FindUnindexed(SegmentSet segments)
    {
        NamespaceSchema schema = _namespace.State.Current.Schema;
        HashSet<Guid> unindexed = MissingIndexes.Find(segments, schema, Options.IndexedFromRows);
        OnDamagedIndex(segments);
        unindexed.RemoveWhere(id => _unindexable.ContainsKey((id, schema.Version)));
        return unindexed;
    }

    /// <summary>Runs one compaction; null when none was planned, false when it came to nothing.</summary>
    private async Task<bool?> CompactAsync(
        Func<ImmutableArray<SegmentEntry>, IReadOnlySet<Guid>, ImmutableArray<SegmentEntry>> plan,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _namespace.AdoptNewestAsync(cancellationToken).ConfigureAwait(false);
            await _namespace.CompleteSegmentsAsync(cancellationToken).ConfigureAwait(false);
            SegmentSet segments = _namespace.State.AcquireSegments();
            try
            {
                ImmutableArray<SegmentEntry> present = segments.Manifest.Segments;
                ImmutableArray<SegmentEntry> inputs = plan(present, FindUnindexed(segments));
                if (inputs.IsEmpty || inputs.Any(input => !present.Contains(input)))
                {
                    return null;
                }

                return await _jobs.RunAsync(
                    "compaction", token => CompactAsync(segments, inputs, progress, token), cancellationToken)
                    .ConfigureAwait(false);
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

    private async Task<bool> CompactAsync(
        SegmentSet segments,
        ImmutableArray<SegmentEntry> inputs,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        NamespaceSchema schema = _namespace.State.Current.Schema;
        var indexes = new IndexBuild(
            schema,
            Options.IndexedFromRows,
            _services.Options.Seed ?? IndexRules.DefaultSeed,
            new BuildWorkers(Options.IndexingThreads),
            progress is null
                ? null
                : (done, total) => progress.Report(new OperationProgress("index", done, total, Bytes: 0)));
        var writer = new SegmentWriter(_namespace.Store, _namespace.Keys);
        var job = new CompactionJob(segments, inputs, indexes, writer, _namespace.Loader, _namespace.Manifests);
        Manifest? compacted = await job.RunAsync(_services.Policy.OrphanAge, cancellationToken).ConfigureAwait(false);
        await _namespace.AdoptNewestAsync(cancellationToken).ConfigureAwait(false);
        if (compacted is null)
        {
            LogMessages.JobAbandoned(_services.Logger, "compaction", _services.Name, "its inputs are gone.");
            return false;
        }

        if (job.LacksIndex)
        {
            _unindexable[(job.Built!.Id, schema.Version)] = true;
        }

        long rows = job.Built?.Rows.Rows ?? 0;
        long bytes = job.Built?.SizeBytes ?? 0;
        var elapsed = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        LogMessages.Compacted(_services.Logger, _services.Name, inputs.Length, rows, bytes, elapsed);
        progress?.Report(new OperationProgress("compact", rows, rows, bytes));
        _onCommitted(writer.StoreTime);
        return true;
    }
}
