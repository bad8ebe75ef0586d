namespace Tidepool.Index.Binary;

/// <summary>Random numbers of our own (SplitMix64): what a seed builds never changes with the runtime.</summary>
/// <remarks>What is stored follows from these numbers: never change them. One thread at a time.</remarks>
internal sealed class SeededRandom(int seed)
{
    private ulong _state = (ulong)seed;

    internal ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong value = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A number from 0 on, below the bound.</summary>
    internal int Next(int bound) => (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>A number in (0, 1].</summary>
    internal double NextDouble() => ((NextUInt64() >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>Swaps a random choice of values, in random order, to the front.</summary>
    internal void Choose<T>(Span<T> values, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int other = i + Next(values.Length - i);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }
}
