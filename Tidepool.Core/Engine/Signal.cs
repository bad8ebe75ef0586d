namespace Tidepool.Engine;

/// <summary>Wakes one waiting loop; signals that come while it is busy are kept as one.</summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);

    internal void Set()
    {
        lock (_semaphore)
        {
            if (_semaphore.CurrentCount == 0)
            {
                _semaphore.Release();
            }
        }
    }

    /// <summary>Waits for a signal, or for a time to pass.</summary>
    internal async Task WaitAsync(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ITimer timer = clock.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), timed, timeout, Timeout.InfiniteTimeSpan);
        try
        {
            await _semaphore.WaitAsync(timed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time has passed.
        }
    }

    public void Dispose() => _semaphore.Dispose();
}
