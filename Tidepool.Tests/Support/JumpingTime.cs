namespace Tidepool.Tests.Support;

/// <summary>The system's clock, except that it jumps between two readings when it is told to: what a process sees that
/// was stopped there.</summary>
internal sealed class JumpingTime : TimeProvider
{
    private long _ahead;
    private long _readings;
    private long _jumpAt = long.MaxValue;
    private long _jump;

    /// <summary>How often the clock was read.</summary>
    public long Readings => Interlocked.Read(ref _readings);

    /// <summary>Jumps right before the reading that comes so many readings from now; 1 is the next one.</summary>
    public void JumpBefore(long reading, TimeSpan by)
    {
        _jump = by.Ticks;
        _jumpAt = Readings + reading;
    }

    public override DateTimeOffset GetUtcNow()
    {
        if (Interlocked.Increment(ref _readings) == _jumpAt)
        {
            _ahead += _jump;
        }

        return System.GetUtcNow().AddTicks(_ahead);
    }
}
