namespace Tidepool.Engine;

/// <summary>Jobs that run for their callers: closing a namespace ends them, and waits until they have let go of it.
/// </summary>
internal sealed class CallerWork : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _isClosing;

    /// <summary>Runs a job.</summary>
    /// <exception cref="ObjectDisposedException">It was ended by closing.</exception>
    internal async Task<TResult> RunAsync<TResult>(
        Func<CancellationToken, Task<TResult>> job, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            return await job(ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (
            _closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(TidepoolDatabase));
        }
        finally
        {
            Leave();
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosing = true;
            if (_running == 0)
            {
                _ended.TrySetResult();
            }
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
        _closing.Dispose();
    }

    private void Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosing, typeof(TidepoolDatabase));
            _running++;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_running == 0 && _isClosing)
            {
                _ended.TrySetResult();
            }
        }
    }
}
