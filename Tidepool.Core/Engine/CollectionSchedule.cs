using Microsoft.Extensions.Logging;

namespace Tidepool.Engine;

/// <summary>Collects garbage in the background: a grace window after something became unneeded, and once more a grace
/// window after the last thing that did.</summary>
/// <remarks>Comes to rest: where nothing becomes unneeded, nothing is done. The window is the store's; it is waited for
/// on our own clock, so a little longer.</remarks>
internal sealed class CollectionSchedule : IAsyncDisposable
{
    private const int DriftDivisor = 1000;
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task<bool>> _collect;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _delay;
    private readonly BackgroundLoop _loop;
    private readonly Lock _gate = new();
    private bool _isPending;
    private long _dueSince; // Timestamp from which on the delay counts.
    private long _lastGarbage; // Timestamp at which something last became unneeded.

    /// <param name="job">What it does, for messages.</param>
    /// <param name="namespace">What it works on, for messages.</param>
    /// <param name="window">The grace window.</param>
    /// <param name="collect">Collects what is garbage now; tells whether that made something else unneeded.</param>
    /// <param name="clock">Its timers.</param>
    /// <param name="logger">Where failures are logged.</param>
    internal CollectionSchedule(
        string job,
        string @namespace,
        TimeSpan window,
        Func<CancellationToken, Task<bool>> collect,
        TimeProvider clock,
        ILogger logger)
    {
        _collect = collect;
        _clock = clock;
        _delay = window == TimeSpan.Zero ? window : window + (window / DriftDivisor) + s_margin;
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
            // What became unneeded less than a window before could not be collected yet.
            _dueSince = _lastGarbage;
            _isPending = _clock.GetElapsedTime(_lastGarbage, began) < _delay;
        }

        return GetWait();
    }

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
