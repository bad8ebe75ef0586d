using System.Globalization;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Simulation;

/// <summary>Settings of a run of many seeds.</summary>
internal sealed record SimulationOptions
{
    internal int Seeds { get; init; } = 100;

    internal ulong FirstSeed { get; init; } = 1;

    internal TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many processes share the seeds.</summary>
    internal int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Which of them this is; -1 for the one that starts the others.</summary>
    internal int Worker { get; init; } = -1;

    internal int Steps { get; init; } = new SimulationSettings(0).Steps;

    internal ProtocolMutant Mutant { get; init; }

    /// <summary>Whether all mutants are to be hunted instead.</summary>
    internal bool Mutants { get; init; }

    /// <summary>Where traces of failing seeds go.</summary>
    internal string TraceFolder { get; init; } = Path.GetTempPath();

    /// <summary>The document whose figures are written anew; null for none.</summary>
    internal string? Report { get; init; }

    internal static SimulationOptions Parse(string[] arguments)
    {
        var given = new CommandArguments(arguments);
        var defaults = new SimulationOptions();
        SimulationOptions options = new()
        {
            Seeds = (int)given.TakeNumber("--seeds", defaults.Seeds),
            FirstSeed = (ulong)given.TakeNumber("--first-seed", (long)defaults.FirstSeed),
            Limit = TimeSpan.FromMinutes(given.TakeNumber("--minutes", (long)defaults.Limit.TotalMinutes)),
            Workers = (int)given.TakeNumber("--workers", defaults.Workers),
            Worker = (int)given.TakeNumber("--worker", defaults.Worker),
            Steps = (int)given.TakeNumber("--steps", defaults.Steps),
            Mutants = given.TakeNumber("--mutants", 0) != 0,
            Mutant = given.Take("--mutant") is { } mutant ? Enum.Parse<ProtocolMutant>(mutant) : default,
            TraceFolder = given.Take("--traces") ?? defaults.TraceFolder,
            Report = given.Take("--report"),
        };
        given.ExpectEmpty();
        return options;
    }

    /// <summary>The arguments of one of the processes that share the work.</summary>
    internal string[] ForWorker(int worker) =>
    [
        "--seeds", Seeds.ToString(CultureInfo.InvariantCulture),
        "--first-seed", FirstSeed.ToString(CultureInfo.InvariantCulture),
        "--minutes", ((long)Math.Ceiling(Limit.TotalMinutes)).ToString(CultureInfo.InvariantCulture),
        "--workers", Workers.ToString(CultureInfo.InvariantCulture),
        "--worker", worker.ToString(CultureInfo.InvariantCulture),
        "--steps", Steps.ToString(CultureInfo.InvariantCulture),
        "--mutants", Mutants ? "1" : "0",
        "--mutant", Mutant.ToString(),
        "--traces", TraceFolder,
    ];
}
