namespace Tidepool.Tests.Simulation;

/// <summary>What came out of one run.</summary>
internal sealed record SimulationResult(SimulationSettings Settings)
{
    internal required ulong Hash { get; init; }

    internal required long Operations { get; init; }

    internal required long Events { get; init; }

    internal required long Commits { get; init; }

    internal required long Manifests { get; init; }

    internal required long Ghosts { get; init; }

    internal required FaultCounters Faults { get; init; }

    internal required IReadOnlyList<string> Violations { get; init; }

    internal required IReadOnlyList<string> Trace { get; init; }

    internal required TimeSpan VirtualTime { get; init; }
}
