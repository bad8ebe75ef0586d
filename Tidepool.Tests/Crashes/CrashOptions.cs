using System.Globalization;
using Tidepool.Storage;
using Tidepool.Tests.Simulation;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Crashes;

/// <summary>Which crashes to try.</summary>
internal sealed record CrashOptions
{
    /// <summary>The option that asks for crashes.</summary>
    internal const string Mark = "--crashes";

    internal const string All = "all";

    /// <summary>The name of a scenario, or all.</summary>
    internal string Scenario { get; init; } = All;

    /// <summary>Which points to try: 1 for all, else each such one of the first crash, and of the second one after it.
    /// </summary>
    internal int Every { get; init; } = 1;

    /// <summary>The kind of store of one run; null for all.</summary>
    internal ObjectStoreSharing? Store { get; init; }

    /// <summary>The first crash of one run, which is shown with its trace; empty for all runs.</summary>
    internal string First { get; init; } = "";

    /// <summary>The second crash of that run.</summary>
    internal string Second { get; init; } = "";

    /// <summary>The rule of the protocol that is broken on purpose.</summary>
    internal ProtocolMutant Mutant { get; init; }

    internal int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Which of them this is; -1 for the one that starts the others.</summary>
    internal int Worker { get; init; } = -1;

    internal string? Report { get; init; }

    internal static CrashOptions Parse(string[] arguments)
    {
        var given = new CommandArguments(arguments);
        var defaults = new CrashOptions();
        CrashOptions options = new()
        {
            Scenario = given.Take(Mark) ?? All,
            Every = (int)given.TakeNumber("--every", defaults.Every),
            Store = given.Take("--store") is { Length: > 0 } store ? Enum.Parse<ObjectStoreSharing>(store) : null,
            First = given.Take("--first") ?? "",
            Second = given.Take("--second") ?? "",
            Mutant = given.Take("--mutant") is { } mutant ? Enum.Parse<ProtocolMutant>(mutant) : default,
            Workers = (int)given.TakeNumber("--workers", defaults.Workers),
            Worker = (int)given.TakeNumber("--worker", defaults.Worker),
            Report = given.Take("--report"),
        };
        given.ExpectEmpty();
        bool isKnown = options.Scenario == All || CrashScenarios.All.Any(found => found.Name == options.Scenario);
        string names = string.Join(", ", CrashScenarios.All.Select(found => found.Name));
        return isKnown
            ? options
            : throw new ArgumentException($"No scenario {options.Scenario}; there are {names}.");
    }

    /// <summary>The arguments of one of the processes that share the work.</summary>
    internal string[] ForWorker(int worker) =>
    [
        Mark, Scenario,
        "--every", Every.ToString(CultureInfo.InvariantCulture),
        "--store", Store?.ToString() ?? "",
        "--first", First,
        "--second", Second,
        "--mutant", Mutant.ToString(),
        "--workers", Workers.ToString(CultureInfo.InvariantCulture),
        "--worker", worker.ToString(CultureInfo.InvariantCulture),
    ];
}
