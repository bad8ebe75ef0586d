using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>What one run is: everything else follows from the seed.</summary>
internal sealed record SimulationSettings(ulong Seed)
{
    /// <summary>After how many steps of its clients a run comes to rest; fewer make a prefix of the same run.</summary>
    internal int Steps { get; init; } = 160;

    /// <summary>The one kind of fault that is injected; null for all.</summary>
    internal FaultKind? OnlyFault { get; init; }

    /// <summary>The rule of the protocol that is broken on purpose.</summary>
    internal ProtocolMutant Mutant { get; init; }

    internal bool KeepsTrace { get; init; }

    /// <summary>Whether nothing goes wrong but what is done to the run from outside.</summary>
    internal bool IsCalm { get; init; }

    /// <summary>The kind of store; null: the seed says.</summary>
    internal ObjectStoreSharing? Sharing { get; init; }
}
