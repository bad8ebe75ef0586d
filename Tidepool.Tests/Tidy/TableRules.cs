using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework.Interfaces;

namespace Tidepool.Tests.Tidy;

/// <summary>Rules over the tables of the documents: where the last column is of tests, each row names some that are
/// there, and where a column is of fixes, each row names the commit.</summary>
internal static partial class TableRules
{
    private static readonly Lazy<string[]> s_tests = new(FindTests);

    internal static IReadOnlyList<TidyRule> All =>
    [
        new("rows of a table of tests name tests that exist", CheckTests, "docs/a.md",
            "| point | test |\n|---|---|\n| a | `Rule_Reports…` |\n| b | `Rule_Reports…`, `Rule_DoesNotReport…` |"),
        new("rows of a table of tests name one", CheckRows, "docs/a.md",
            "| point | test |\n|---|---|\n| a | `Rule_Reports…` |\n| b | |"),
        new("rows of a table of fixes name the commit and its title", CheckFixes, "docs/a.md",
            "| bug | fix |\n|---|---|\n| a | 0a1b2c3 `wal: is right` |\n| b | `wal: is right` |"),
    ];

    private static IEnumerable<Finding> CheckTests(TextFile file) =>
        from row in RowsBelow(file, "test")
        from Match name in CodeSpan().Matches(row.Cell)
        where !IsTest(name.Groups["name"].Value)
        select new Finding(file.Path, row.Line, name.Value, "a test, or with … the beginning of some");

    private static IEnumerable<Finding> CheckRows(TextFile file) =>
        from row in RowsBelow(file, "test")
        where !CodeSpan().IsMatch(row.Cell)
        select new Finding(file.Path, row.Line, "no test", "the test that tries it");

    private static IEnumerable<Finding> CheckFixes(TextFile file) =>
        from row in RowsBelow(file, "fix")
        where !Fix().IsMatch(row.Cell)
        select new Finding(file.Path, row.Line, row.Cell, "0a1b2c3 `area: what the commit does`");

    /// <summary>The cells of one column, in each table of the document that has it.</summary>
    private static IEnumerable<(int Line, string Cell)> RowsBelow(TextFile file, string heading)
    {
        int column = -1;
        for (int i = 0; file.IsMarkdown && i < file.Lines.Length; i++)
        {
            string line = file.Lines[i].Trim();
            string[] cells = line.StartsWith('|')
                ? [.. line[1..].TrimEnd('|').Split('|').Select(cell => cell.Trim())]
                : [];
            if (cells.Length == 0)
            {
                column = -1;
            }
            else if (i + 1 < file.Lines.Length && Divider().IsMatch(file.Lines[i + 1]))
            {
                column = Array.IndexOf(cells, heading);
                i++;
            }
            else if (column >= 0)
            {
                yield return (i + 1, column < cells.Length ? cells[column] : "");
            }
        }
    }

    private static bool IsTest(string name) => name.EndsWith('…')
        ? Array.Exists(s_tests.Value, test => test.StartsWith(name[..^1], StringComparison.Ordinal))
        : s_tests.Value.Contains(name);

    private static string[] FindTests() =>
    [
        .. from type in typeof(TableRules).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
           where method.GetCustomAttributes().Any(attribute => attribute is ISimpleTestBuilder or ITestBuilder)
           select method.Name,
    ];

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^\s*\|(?:\s*:?-+:?\s*\|)+\s*$")]
    private static partial Regex Divider();

    [GeneratedRegex("^[0-9a-f]{7} `[a-z0-9 -]+: .+`$")]
    private static partial Regex Fix();
}
