namespace Tidepool.Tests.Simulation;

/// <summary>How a mutant of the protocol was found.</summary>
/// <param name="Mutant">Which.</param>
/// <param name="Seed">The first seed that finds it; null if none did.</param>
/// <param name="Seeds">How many seeds were tried.</param>
/// <param name="Operations">How many requests to the store that took.</param>
/// <param name="Time">How long.</param>
/// <param name="Violation">What it broke.</param>
internal sealed record MutantResult(
    ProtocolMutant Mutant, ulong? Seed, int Seeds, long Operations, TimeSpan Time, string Violation);
