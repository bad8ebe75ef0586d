using Microsoft.Extensions.Logging;

namespace Tidepool.Engine;

/// <summary>Collects garbage in the background: a while after something became unneeded, and again until the last
/// thing that did has been kept for as long as such are.</summary>
/// <remarks>Comes to rest: where nothing becomes unneeded, nothing is done. How long things are kept goes by the
/// store's clock; it is waited for on our own, so a little longer. Where that is longer than the grace window, it is
/// collected several times meanwhile, as other processes that end sooner leave something behind.</remarks>
internal sealed class CollectionSchedule : IAsyncDisposable
{
    private const int DriftDivisor = 1000;
    private const int CollectionsWhileKept = 8;
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task<bool>> _collect;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _delay;
    private readonly TimeSpan _until;
    private readonly BackgroundLoop _loop;
    private readonly Lock _gate = new();
    private bool _isPending;
    private long _dueSince; // Timestamp from which on the delay counts.
    private long _lastGarbage; // Timestamp at which something last became unneeded.

    /// <param name="job">What it does, for messages.</param>
    /// <param name="namespace">What it works on, for messages.</param>
    /// <param name="window">The grace window.</param>
    /// <param name="keptFor">How long what became unneeded is kept; not less than the window.</param>
    /// <param name="collect">Collects what is garbage now; tells whether that made something else unneeded.</param>
    /// <param name="clock">Its timers.</param>
    /// <param name="logger">Where failures are logged.</param>
    internal CollectionSchedule(
        string job,
        string @namespace,
        TimeSpan window,
        TimeSpan keptFor,
        Func<CancellationToken, Task<bool>> collect,
        TimeProvider clock,
        ILogger logger)
    {
        _collect = collect;
        _clock = clock;
        TimeSpan interval = keptFor / CollectionsWhileKept;
        _delay = WithMargin(interval > window ? interval : window);
        _until = WithMargin(keptFor);
        _loop = new BackgroundLoop(job, @namespace, CollectWhenDueAsync, clock, logger);
    }

    internal Exception? LastFailure => _loop.LastFailure;

    /// <summary>Told that something became unneeded just now.</summary>
    internal void OnGarbage()
    {
        Note();
        _loop.Wake();
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private void Note()
    {
        lock (_gate)
        {
            _lastGarbage = _clock.GetTimestamp();
            _dueSince = _isPending ? _dueSince : _lastGarbage;
            _isPending = true;
        }
    }

    private async Task<TimeSpan> CollectWhenDueAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = GetWait();
        if (wait != TimeSpan.Zero)
        {
            return wait;
        }

        long began = _clock.GetTimestamp();
        if (await _collect(cancellationToken).ConfigureAwait(false))
        {
            Note();
        }

        lock (_gate)
        {
            // What became unneeded so shortly before could not be collected yet.
            TimeSpan age = _clock.GetElapsedTime(_lastGarbage, began);
            _dueSince = age < _delay ? _lastGarbage : began;
            _isPending = age < _until;
        }

        return GetWait();
    }

    private static TimeSpan WithMargin(TimeSpan time) =>
        time == TimeSpan.Zero ? time : time + (time / DriftDivisor) + s_margin;

    /// <summary>How long to wait for the next collection.</summary>
    private TimeSpan GetWait()
    {
        lock (_gate)
        {
            if (!_isPending)
            {
                return Timeout.InfiniteTimeSpan;
            }

            TimeSpan left = _delay - _clock.GetElapsedTime(_dueSince);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
