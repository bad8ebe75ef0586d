namespace Tidepool.Tests.Simulation;

/// <summary>Numbers from a seed: the same on every machine and release of .NET.</summary>
internal sealed class SimulationRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>SplitMix64.</summary>
    internal ulong Next64()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A stream of its own, so that what one part draws does not change what another does.</summary>
    internal SimulationRandom Fork() => new(Next64());

    /// <summary>From 0 up to, not including, a bound.</summary>
    internal int Next(int bound) => (int)(Next64() % (ulong)bound);

    /// <summary>From a first number up to, not including, a bound.</summary>
    internal int Next(int first, int bound) => first + Next(bound - first);

    /// <summary>True with a chance of one in <paramref name="of"/>; never for 0.</summary>
    internal bool IsOneIn(int of) => of > 0 && Next(of) == 0;

    /// <summary>A time below a limit; half of all are below an eighth of it.</summary>
    internal TimeSpan NextTime(TimeSpan limit)
    {
        double fraction = (Next64() >> 11) * (1.0 / (1UL << 53));
        return new TimeSpan((long)(limit.Ticks * fraction * fraction * fraction));
    }

    internal T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    internal Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Next64());
        BitConverter.TryWriteBytes(bytes[8..], Next64());
        return new Guid(bytes);
    }
}
