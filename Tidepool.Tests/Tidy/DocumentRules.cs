using System.Text.RegularExpressions;

namespace Tidepool.Tests.Tidy;

/// <summary>Rules over the documents: what they point at is there.</summary>
internal static partial class DocumentRules
{
    /// <summary>Where a path in a document may start.</summary>
    private static readonly string[] s_bases =
    [
        "", "docs/", "Tidepool.Core/", "Tidepool.Index/", "Tidepool.Storage/", "Tidepool.Tests/",
        "Tidepool.Benchmarks/",
    ];

    internal static IReadOnlyList<TidyRule> All =>
    [
        new("paths in documents exist", CheckPaths, "docs/a.md",
            "`docs/style.md`, `Tidy/TidyTests` but `Tidy/NoSuchTests`"),
        new("links in documents lead somewhere", CheckLinks, "docs/a.md",
            "[one](style.md) [two](no-such.md#part)"),
    ];

    private static IEnumerable<Finding> CheckPaths(TextFile file) => !file.IsMarkdown ? [] : CodeSpan()
        .Matches(file.Text)
        .Where(match => Starts(match.Groups["path"].Value) && !Exists(match.Groups["path"].Value))
        .Select(match => file.At(match.Index, match.Value, "a file or folder of this repository"));

    private static IEnumerable<Finding> CheckLinks(TextFile file)
    {
        string folder = file.Path[..(file.Path.LastIndexOf('/') + 1)];
        return !file.IsMarkdown ? [] : Link()
            .Matches(file.Text)
            .Where(match => !Repository.Exists(folder + match.Groups["path"].Value))
            .Select(match => file.At(match.Index, match.Value, "a file of this repository"));
    }

    /// <summary>Whether it starts like a path of this repository: at a top-level folder, or at one of a
    /// project.</summary>
    private static bool Starts(string path)
    {
        string first = path.Split('/')[0];
        return s_bases.Any(start => Directory.Exists(Path.Combine(Repository.Root, start, first)));
    }

    private static bool Exists(string path) =>
        s_bases.Any(start => Repository.Exists(start + path) || Repository.Exists($"{start}{path}.cs"));

    [GeneratedRegex(@"`(?<path>[\w.-]+(?:/[\w.-]+)+/?)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"(?<!`)\]\((?<path>[\w./-]+)(?:#[\w-]*)?\)")]
    private static partial Regex Link();
}
