namespace Tidepool.Tests.Simulation;

/// <summary>What lies between a process and the rest of the world: whether it runs, and what its clock says.</summary>
internal sealed class SimulatedHost(SimulationLoop loop, SimulationTrace trace, string name)
{
    private long _resumesAt;

    internal string Name { get; } = name;

    internal bool IsDead { get; private set; }

    internal bool IsPaused => loop.Ticks < _resumesAt;

    internal TimeSpan ClockSkew { get; set; }

    /// <summary>For how long the process has stood still in all.</summary>
    internal long PausedTicks { get; private set; }

    /// <summary>Hands something to the process: at once, when it runs again, or never.</summary>
    internal void Deliver(Action action)
    {
        if (IsDead)
        {
            return;
        }

        if (IsPaused)
        {
            loop.After(new TimeSpan(_resumesAt - loop.Ticks), () => Deliver(action));
            return;
        }

        action();
    }

    /// <summary>Nothing of the process goes on for a while; what it has sent is on its way.</summary>
    internal void Pause(TimeSpan length)
    {
        trace.Add(Name, "pause", "", length.Ticks);
        long until = loop.Ticks + length.Ticks;
        PausedTicks += until - Math.Max(loop.Ticks, _resumesAt);
        _resumesAt = Math.Max(_resumesAt, until);
    }

    internal void Resume()
    {
        PausedTicks -= Math.Max(0, _resumesAt - loop.Ticks);
        _resumesAt = Math.Min(_resumesAt, loop.Ticks);
    }

    internal void Kill()
    {
        trace.Add(Name, "kill", "", 0);
        IsDead = true;
    }
}
