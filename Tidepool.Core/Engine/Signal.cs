namespace Tidepool.Engine;

/// <summary>Wakes one waiting loop; signals that come while it is busy are kept as one.</summary>
internal sealed class Signal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Set()
    {
        lock (_gate)
        {
            _set.TrySetResult();
        }
    }

    /// <summary>Waits for a signal, or for a time to pass, and takes the signal.</summary>
    internal async Task WaitAsync(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Timers count whole milliseconds and drop the rest: a loop would come too early, find that it has to wait for
        // less than one, and turn around until that has passed.
        TimeSpan wait = timeout > TimeSpan.Zero
            ? TimeSpan.FromMilliseconds(Math.Ceiling(timeout.TotalMilliseconds))
            : timeout;
        await _set.Task.WaitAsync(wait, clock, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_set.Task.IsCompleted)
            {
                _set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
