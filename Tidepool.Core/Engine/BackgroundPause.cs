namespace Tidepool.Engine;

/// <summary>Lets callers stop a background's work for a while: what runs is cancelled, what comes is not
/// begun.</summary>
/// <param name="onEnd">Told when the last pause has ended.</param>
internal sealed class BackgroundPause(Action onEnd) : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _interruption = new(); // Cancelled while there is a pause.
    private int _count;

    /// <summary>Begins a pause; disposing the result once ends it.</summary>
    internal IDisposable Begin()
    {
        CancellationTokenSource interruption;
        lock (_gate)
        {
            _count++;
            interruption = _interruption;
        }

        interruption.Cancel();
        return new Pause(this);
    }

    /// <summary>Runs work; null if a pause keeps it from beginning or ends it.</summary>
    internal async Task<TResult?> RunAsync<TResult>(
        Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
        where TResult : struct
    {
        CancellationToken interruption;
        lock (_gate)
        {
            interruption = _interruption.Token;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, interruption);
        try
        {
            return interruption.IsCancellationRequested ? null : await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (
            interruption.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _interruption.Dispose();

    private void End()
    {
        lock (_gate)
        {
            if (--_count > 0)
            {
                return;
            }

            _interruption.Dispose();
            _interruption = new CancellationTokenSource();
        }

        onEnd();
    }

    private sealed class Pause(BackgroundPause owner) : IDisposable
    {
        private int _isEnded;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isEnded, 1) == 0)
            {
                owner.End();
            }
        }
    }
}
