using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Fuzzing;

/// <summary>A decoder, and what it is fed.</summary>
/// <param name="Name">Names it in options and reports.</param>
/// <param name="Seeds">The sound objects that are changed.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<FuzzSeed> Seeds)
{
    /// <summary>Makes checksums, and lengths that stand beside them, right again, so that what lies behind them is
    /// reached.</summary>
    internal Action<byte[], SimulationRandom> Seal { get; init; } = static (_, _) => { };

    /// <summary>The parts of an object, one of which is changed; the whole object where nothing is said.</summary>
    internal Func<byte[], IReadOnlyList<Range>> FindParts { get; init; } = static _ => [Range.All];

    /// <summary>Whether objects get longer and shorter.</summary>
    internal bool ChangesLength { get; init; } = true;

    /// <summary>What reading an object may allocate at most: in proportion to its length, and to what reading the
    /// shortest one takes.</summary>
    internal Func<int, long> MaxAllocatedBytes { get; init; } = static length => (256 << 10) + (64L * length);
}
