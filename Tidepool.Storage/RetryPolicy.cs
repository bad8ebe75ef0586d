namespace Tidepool.Storage;

/// <summary>When a failed request is sent again: only after a transient failure, ever later, a bounded number of
/// times.</summary>
/// <remarks>Immutable. The delay before attempt n + 1 is drawn from the upper half of
/// <c>FirstDelay * 2^(n - 1)</c>, so that clients that failed together do not come back together.</remarks>
public sealed record RetryPolicy
{
    /// <summary>Eight attempts, 25 to 50 ms before the second, at most 5 s between two, none begun after
    /// 60 s.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>The most times one request is sent; 1 never retries. At least 1; 8 by default.</summary>
    public int MaxAttempts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 8;

    /// <summary>The longest delay before the second attempt; it doubles from attempt to attempt. 50 ms by default.
    /// </summary>
    public TimeSpan FirstDelay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest delay between any two attempts; 5 s by default.</summary>
    public TimeSpan MaxDelay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the start of the first attempt another may begin; 60 s by default. An attempt that has
    /// begun is bounded by the store's own time-out.</summary>
    public TimeSpan Deadline
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait before the next attempt; null to give up. A pure function of its arguments.</summary>
    /// <param name="attempts">How many attempts have failed, at least 1.</param>
    /// <param name="elapsed">Time since the first one began.</param>
    /// <param name="error">What the last one threw.</param>
    /// <param name="random">Where in the jitter's range the delay lies, from 0 to 1.</param>
    public TimeSpan? GetDelay(int attempts, TimeSpan elapsed, StorageException error, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        ArgumentNullException.ThrowIfNull(error);
        if (!error.IsTransient || attempts >= MaxAttempts)
        {
            return null;
        }

        double longest = Math.Min(FirstDelay.Ticks * Math.Pow(2, attempts - 1), MaxDelay.Ticks);
        var delay = new TimeSpan((long)(longest * (0.5 + (0.5 * Math.Clamp(random, 0, 1)))));
        return elapsed + delay <= Deadline ? delay : null;
    }
}
