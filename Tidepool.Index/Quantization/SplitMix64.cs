namespace Tidepool.Index.Quantization;

/// <summary>Random numbers that are the same for ever: stored codes imply them, so never change it.</summary>
/// <remarks>SplitMix64 of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.</remarks>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    internal ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong value = _state;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>One of 0 to <paramref name="count"/> - 1; their odds differ by less than count in 2⁶⁴.</summary>
    internal int Next(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);
}
