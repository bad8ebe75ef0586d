using System.Text.RegularExpressions;

namespace Tidepool.Tests.Tidy;

/// <summary>Rules over every text file.</summary>
internal static partial class TextRules
{
    // The examples are put together here, so that this file keeps the rules itself.
    private const string Leftover = "TO" + "DO";
    private const string MachinePath = "/wo" + "rk/tree";
    private const string RegistryAddress = "https://api.nu" + "get.example/v3";

    internal static IReadOnlyList<TidyRule> All =>
    [
        new("what is left to do has an issue", CheckLeftovers, "docs/a.md",
            $"one\n{Leftover}: two\n{Leftover} (#12): three"),
        new("no path of a machine", CheckMachinePaths, "docs/a.md", $"see {MachinePath} and a/tmp/b"),
        new("no address of a package registry", CheckRegistryAddresses, "nuget.config",
            $"<add value=\"{RegistryAddress}\" />"),
    ];

    private static IEnumerable<Finding> CheckLeftovers(TextFile file) => LeftoverWord()
        .Matches(file.Text)
        .Select(match => file.At(match.Index, match.Value, "the work done, or the issue's number: (#n)"));

    private static IEnumerable<Finding> CheckMachinePaths(TextFile file) => MachineFolder()
        .Matches(file.Text)
        .Select(match => file.At(match.Index, match.Value, "a path that a user has"));

    private static IEnumerable<Finding> CheckRegistryAddresses(TextFile file) => Registry()
        .Matches(file.Text)
        .Select(match => file.At(match.Index, match.Value, "the sources that the machine is set up with"));

    [GeneratedRegex(@"\b(?:TO" + @"DO|FIX" + @"ME|HA" + @"CK|XX" + @"X)\b(?!\s*\(#\d+\))(?! without)")]
    private static partial Regex LeftoverWord();

    /// <remarks>A script may still fall back to the usual folder: <c>${TMPDIR:-/…}</c>.</remarks>
    [GeneratedRegex(@"(?<![\w.}*:-])/(?:work|root(?=/\.)|home|tmp|opt/nuget)/[\w.$-]+|(?<!:-)(?<=[\s""'=(])/tmp\b")]
    private static partial Regex MachineFolder();

    [GeneratedRegex(@"https?://[\w.-]*(?:nuget|npm|debian|pypi|crates)[\w./-]*")]
    private static partial Regex Registry();
}
