using System.Globalization;

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
        Dictionary<string, string> values = [];
        for (int index = 0; index < arguments.Length; index += 2)
        {
            values.Add(arguments[index], index + 1 < arguments.Length ? arguments[index + 1] : "");
        }

        long Number(string name, long other) => values.Remove(name, out string? text)
            ? long.Parse(text, CultureInfo.InvariantCulture)
            : other;

        var defaults = new SimulationOptions();
        SimulationOptions options = new()
        {
            Seeds = (int)Number("--seeds", defaults.Seeds),
            FirstSeed = (ulong)Number("--first-seed", (long)defaults.FirstSeed),
            Limit = TimeSpan.FromMinutes(Number("--minutes", (long)defaults.Limit.TotalMinutes)),
            Workers = (int)Number("--workers", defaults.Workers),
            Worker = (int)Number("--worker", defaults.Worker),
            Steps = (int)Number("--steps", defaults.Steps),
            Mutants = Number("--mutants", 0) != 0,
            Mutant = values.Remove("--mutant", out string? mutant) ? Enum.Parse<ProtocolMutant>(mutant) : default,
            TraceFolder = values.Remove("--traces", out string? folder) ? folder : defaults.TraceFolder,
            Report = values.Remove("--report", out string? report) ? report : null,
        };
        return values.Count == 0 ? options : throw new ArgumentException($"No option {values.Keys.First()}.");
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
