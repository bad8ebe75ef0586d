namespace Tidepool.Index.Binary;

/// <summary>Random numbers of our own (SplitMix64): what a seed builds never changes with the runtime.</summary>
/// <remarks>
/// What is stored follows from these numbers, rotations among them: never change one. One thread at a time. By Steele,
/// Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
/// </remarks>
internal sealed class SeededRandom(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>The first number of a seed, for those who need no other.</summary>
    internal static ulong First(ulong seed)
    {
        ulong value = seed + Increment;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    internal ulong NextUInt64()
    {
        ulong value = First(_state);
        _state += Increment;
        return value;
    }

    /// <summary>A number from 0 on, below the bound; their odds differ by less than the bound in 2⁶⁴.</summary>
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
