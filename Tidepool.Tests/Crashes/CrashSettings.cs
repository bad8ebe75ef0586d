using Tidepool.Storage;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>What one run is.</summary>
/// <param name="Scenario">What the process does that dies.</param>
/// <param name="Store">On which kind of store.</param>
internal sealed record CrashSettings(CrashScenario Scenario, ObjectStoreSharing Store)
{
    /// <summary>Where the first process dies.</summary>
    internal CrashPoint First { get; init; }

    /// <summary>Where the one dies that recovers.</summary>
    internal CrashPoint Second { get; init; }

    /// <summary>The rule of the protocol that is broken on purpose.</summary>
    internal ProtocolMutant Mutant { get; init; }

    internal bool KeepsTrace { get; init; }

    /// <summary>How eng/simulate is told to run this alone.</summary>
    internal string Command => $"eng/simulate {CrashOptions.Mark} \"{Scenario.Name}\" --store {Store} " +
        $"--first \"{First}\" --second \"{Second}\"";
}
