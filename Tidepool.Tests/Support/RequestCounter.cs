using Tidepool.Storage;

namespace Tidepool.Tests.Support;

/// <summary>Counts requests, and lets none succeed from one of them on.</summary>
/// <param name="stopAt">The number of the first request that fails, from 1 on; 0 for none.</param>
/// <param name="isApplied">Whether that one takes effect.</param>
internal sealed class RequestCounter(int stopAt = 0, bool isApplied = false)
{
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    /// <summary>Whether a request has failed.</summary>
    internal bool HasStopped => stopAt != 0 && Count >= stopAt;

    internal async ValueTask<TResult> RunAsync<TResult>(Func<ValueTask<TResult>> request)
    {
        int number = Interlocked.Increment(ref _count);
        if (stopAt == 0 || number < stopAt)
        {
            return await request();
        }

        if (number == stopAt && isApplied)
        {
            await request();
        }

        throw new StorageException($"Request {number} fails: the process was stopped at {stopAt}.", isTransient: true);
    }
}
