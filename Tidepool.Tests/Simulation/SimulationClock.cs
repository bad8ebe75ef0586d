namespace Tidepool.Tests.Simulation;

/// <summary>The clock of one process: its host's idea of the time of day, and timers that are events.</summary>
internal sealed class SimulationClock(SimulationLoop loop, SimulatedHost host) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => ModelStore.Start + loop.Elapsed + host.ClockSkew;

    /// <summary>Does not go on while the process stands still: clocks of suspended machines stop.</summary>
    public override long GetTimestamp() => loop.Ticks - host.PausedTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulationTimer(loop, host, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimulationTimer(
        SimulationLoop loop, SimulatedHost host, TimerCallback callback, object? state) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                loop.After(dueTime, () => host.Deliver(() => Fire(version)));
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int version)
        {
            if (version == _version)
            {
                callback(state);
            }
        }
    }
}
