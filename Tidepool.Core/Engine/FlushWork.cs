using System.Diagnostics;
using Tidepool.Flushing;
using Tidepool.Manifests;
using Tidepool.Segments;
using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>Flushes a namespace's log: when enough of it is unindexed, when it rests, and on demand.</summary>
/// <remarks>In the background a process only works off a tail that it wrote to itself, so that a pure reader never
/// writes to the store. One flush at a time.</remarks>
internal sealed class FlushWork : IAsyncDisposable
{
    /// <summary>So many log entries start a flush however small they are: each costs a request when opening.</summary>
    private const int MaxUnindexedEntries = 4096;

    private readonly OpenNamespace _namespace;
    private readonly NamespaceServices _services;
    private readonly JobRunner _jobs;
    private readonly Action<DateTimeOffset?> _onCommitted;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly BackgroundLoop _loop;
    private TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastWriteAt;
    private volatile bool _hasOwnTail;

    internal FlushWork(
        OpenNamespace @namespace, NamespaceServices services, JobRunner jobs, Action<DateTimeOffset?> onCommitted)
    {
        _namespace = @namespace;
        _services = services;
        _jobs = jobs;
        _onCommitted = onCommitted;
        _loop = new BackgroundLoop("flush", services.Name, FlushWhenDueAsync, services.Clock, services.Logger);
    }

    internal Exception? LastFailure => _loop.LastFailure;

    private LiveState State => _namespace.State;

    /// <summary>Whether the namespace was dropped, by the log or by its records.</summary>
    private bool IsDropped => State.IsDropped || _namespace.IsDropped;

    private CompactionOptions Options => _services.Options.Compaction;

    private bool IsDue =>
        State.UnindexedBytes >= Math.Min(Options.FlushBytes, _services.Options.MaxUnindexedBytes) ||
        State.UnindexedEntries >= MaxUnindexedEntries;

    /// <summary>Told of each log entry of this process; wakes the background when there is something to do.</summary>
    internal void OnWritten()
    {
        Volatile.Write(ref _lastWriteAt, _services.Clock.GetTimestamp());
        bool isFirst = !_hasOwnTail;
        _hasOwnTail = true;
        if (_services.RunsInBackground && (isFirst || IsDue))
        {
            _loop.Wake();
        }
    }

    /// <summary>Waits while too much of the log is unindexed.</summary>
    /// <exception cref="BackpressureException">Background work is off.</exception>
    internal ValueTask WaitForRoomAsync(CancellationToken cancellationToken) =>
        State.UnindexedBytes < _services.Options.MaxUnindexedBytes ? default : AwaitRoomAsync(cancellationToken);

    /// <summary>Flushes until segments hold every write up to a sequence.</summary>
    internal async Task FlushThroughAsync(
        long sequence, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        while (_namespace.Manifests.Current.Floor.Sequence < sequence && !IsDropped)
        {
            await FlushAsync(progress, cancellationToken).ConfigureAwait(false);
        }

        await _namespace.AdoptNewestAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async ValueTask AwaitRoomAsync(CancellationToken cancellationToken)
    {
        long limit = _services.Options.MaxUnindexedBytes;
        if (!_services.RunsInBackground)
        {
            await _namespace.RefreshAsync(cancellationToken).ConfigureAwait(false); // Others may have flushed.
            if (State.UnindexedBytes < limit)
            {
                return;
            }

            throw new BackpressureException(
                $"{State.UnindexedBytes} bytes of log lie behind the segments of namespace '{_services.Name}'; " +
                $"at most {limit} may, and background work is off: call CompactAsync, or raise MaxUnindexedBytes.")
            {
                UnindexedBytes = State.UnindexedBytes,
                Namespace = _services.Name,
            };
        }

        LogMessages.WritesHeldBack(_services.Logger, _services.Name, State.UnindexedBytes, limit);
        while (true)
        {
            Task finished = Volatile.Read(ref _finished).Task;
            if (State.UnindexedBytes < limit || IsDropped)
            {
                return;
            }

            _hasOwnTail = true;
            _loop.Wake();
            await finished.WaitAsync(TimeSpan.FromSeconds(1), _services.Clock, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<TimeSpan> FlushWhenDueAsync(CancellationToken cancellationToken)
    {
        if (!_hasOwnTail || IsDropped)
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan idle = _services.Clock.GetElapsedTime(Volatile.Read(ref _lastWriteAt));
        if (!IsDue && idle < Options.IdleDelay)
        {
            return Options.IdleDelay - idle;
        }

        _hasOwnTail = false; // Before the flush: a write that comes during it sets it again.
        bool isFlushed = false;
        try
        {
            isFlushed = await FlushAsync(Options.Progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _hasOwnTail |= !isFlushed && State.UnindexedEntries > 0; // Another process may have flushed a part of it.
        }

        return !_hasOwnTail ? Timeout.InfiniteTimeSpan : IsDue ? TimeSpan.Zero : Options.IdleDelay;
    }

    /// <summary>Flushes what there is now; false when another process was quicker, or there is nothing.</summary>
    private async Task<bool> FlushAsync(IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        Snapshot? snapshot = null;
        try
        {
            snapshot = State.SealAndPin();
            if (IsDropped)
            {
                return false; // The drop stays in the log, for all who start from a manifest.
            }

            return await _jobs
                .RunAsync("flush", token => FlushAsync(snapshot, progress, token), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            snapshot?.Unpin();
            _turn.Release();
            TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _finished, next).SetResult();
        }
    }

    private async Task<bool> FlushAsync(
        Snapshot snapshot, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        await snapshot.Segments.CompleteAsync(cancellationToken).ConfigureAwait(false);
        var writer = new SegmentWriter(_namespace.Store, _namespace.Keys);
        var job = new FlushJob(snapshot, writer, _namespace.Loader, _namespace.Manifests, _namespace.Ledgers);
        Manifest? flushed = await job
            .RunAsync(_namespace.Log.GetBatches, _namespace.Log.StoreTime, _services.Policy, cancellationToken)
            .ConfigureAwait(false);
        if (flushed is null)
        {
            LogMessages.JobAbandoned(
                _services.Logger, "flush", _services.Name, "the floor has moved, or it took too long.");
            await _namespace.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return false;
        }

        await _namespace.AdoptNewestAsync(cancellationToken).ConfigureAwait(false);
        long rows = job.Built?.Rows.Rows ?? 0;
        long bytes = job.Built?.SizeBytes ?? 0;
        var elapsed = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        LogMessages.Flushed(_services.Logger, _services.Name, flushed.Floor.Sequence, rows, bytes, elapsed);
        progress?.Report(new OperationProgress("flush", rows, rows, bytes));
        _onCommitted(writer.StoreTime);
        return true;
    }
}
