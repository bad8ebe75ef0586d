using Tidepool.Tests.Support;

namespace Tidepool.Tests.Fuzzing;

/// <summary>What is to be fuzzed.</summary>
internal sealed record FuzzOptions
{
    internal const string All = "all";

    /// <summary>How many inputs each target gets.</summary>
    internal long Inputs { get; init; } = 100_000;

    internal ulong Seed { get; init; } = 1;

    /// <summary>The name of a target, or all.</summary>
    internal string Target { get; init; } = All;

    /// <summary>The one input to try; -1 for all.</summary>
    internal long Input { get; init; } = -1;

    internal int Workers { get; init; } = Environment.ProcessorCount;

    internal string? Report { get; init; }

    internal static FuzzOptions Parse(string[] arguments)
    {
        var given = new CommandArguments(arguments);
        var defaults = new FuzzOptions();
        FuzzOptions options = new()
        {
            Inputs = given.TakeNumber("--inputs", defaults.Inputs),
            Seed = (ulong)given.TakeNumber("--seed", (long)defaults.Seed),
            Target = given.Take("--target") ?? defaults.Target,
            Input = given.TakeNumber("--input", defaults.Input),
            Workers = (int)given.TakeNumber("--workers", defaults.Workers),
            Report = given.Take("--report"),
        };
        given.ExpectEmpty();
        return options;
    }
}
