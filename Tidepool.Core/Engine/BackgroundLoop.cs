using Microsoft.Extensions.Logging;

namespace Tidepool.Engine;

/// <summary>A loop in the background that works when it is woken, and again after a pause when the work
/// failed.</summary>
/// <remarks>Its owner starts it by its first <see cref="Wake"/> and stops it by disposing it. A failure is logged and
/// kept in <see cref="LastFailure"/> until the work succeeds.</remarks>
internal sealed class BackgroundLoop : IAsyncDisposable
{
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly string _job;
    private readonly string _namespace;
    private readonly Func<CancellationToken, Task<TimeSpan>> _work;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Signal _signal = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _task;
    private volatile Exception? _lastFailure;

    /// <param name="job">What it does, for messages.</param>
    /// <param name="namespace">The namespace it works on, for messages.</param>
    /// <param name="work">The work; returns after how long it wants to be woken if nobody does so before.</param>
    /// <param name="clock">Its timers.</param>
    /// <param name="logger">Where failures are logged.</param>
    internal BackgroundLoop(
        string job,
        string @namespace,
        Func<CancellationToken, Task<TimeSpan>> work,
        TimeProvider clock,
        ILogger logger)
    {
        _job = job;
        _namespace = @namespace;
        _work = work;
        _clock = clock;
        _logger = logger;
    }

    internal Exception? LastFailure => _lastFailure;

    internal void Wake()
    {
        if (Volatile.Read(ref _task) is null)
        {
            Start();
        }

        _signal.Set();
    }

    public async ValueTask DisposeAsync()
    {
        Task? task;
        lock (_gate)
        {
            _stop.Cancel();
            task = _task ??= Task.CompletedTask;
        }

        await task.ConfigureAwait(false);
    }

    private void Start()
    {
        lock (_gate)
        {
            if (_task is null && !_stop.IsCancellationRequested)
            {
                Volatile.Write(ref _task, Task.Run(RunAsync));
            }
        }
    }

    private async Task RunAsync()
    {
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        TimeSpan pause = s_pauseAfterFailure;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _signal.WaitAsync(wait, _clock, _stop.Token).ConfigureAwait(false);
                wait = await _work(_stop.Token).ConfigureAwait(false);
                pause = s_pauseAfterFailure;
                _lastFailure = null;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogMessages.JobFailed(_logger, _job, _namespace, exception);
                _lastFailure = exception;
                await Task.Delay(pause, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.Zero;
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, s_longestPause.Ticks));
            }
        }
    }
}
