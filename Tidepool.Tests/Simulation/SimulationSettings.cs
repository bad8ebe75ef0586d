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

    /// <summary>Whether the past is kept for longer than it must be: every fifth seed, so that the others do what they
    /// did before there was such a thing.</summary>
    internal bool KeepsHistory => !IsCalm && Seed % 5 == 3;

    /// <summary>Whether namespaces are copied and brought back: every fifth seed.</summary>
    internal bool HasCopies => !IsCalm && Seed % 5 == 0;

    /// <summary>Whether nothing goes wrong but what is done to the run from outside.</summary>
    internal bool IsCalm { get; init; }

    /// <summary>The kind of store; null: the seed says.</summary>
    internal ObjectStoreSharing? Sharing { get; init; }
}
