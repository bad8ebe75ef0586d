using System.Globalization;
using System.Text;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Core.Engine;

/// <summary>How many damages of which kind were tried, and what came of them, over any number of runs: kept in a file
/// next to the report, which a run of a part of the tests only adds to.</summary>
internal static class DamageFigures
{
    /// <summary>The variable that names the report, docs/reliability.md; nothing is kept without it.</summary>
    private const string Variable = "TIDEPOOL_DAMAGE_REPORT";

    private static readonly Lock s_gate = new();

    internal static void Add(string kind, string damage, int found, int harmless, int faults)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            return;
        }

        lock (s_gate)
        {
            string figures = path + ".damage";
            string run = $"{ReliabilityReport.Today()}, {ReliabilityReport.Commit()}";
            File.AppendAllLines(
                figures, [FormattableString.Invariant($"{kind};{damage};{found};{harmless};{faults};{run}")]);
            ReliabilityReport report = ReliabilityReport.Read(File.ReadAllText(path));
            string table = MakeTable(File.ReadAllLines(figures));
            File.WriteAllText(path, report.Replace("damage", table, "the tests of damage").Text);
        }
    }

    private static string MakeTable(string[] lines)
    {
        var table = new StringBuilder();
        ReliabilityReport.AddRow(table, "object", "damage", "tried", "named", "same answers", "neither", "day, commit");
        ReliabilityReport.AddRow(table, "---", "---", "---", "---", "---", "---", "---");
        var groups = lines.Select(line => line.Split(';')).GroupBy(cells => (cells[0], cells[1])).OrderBy(
            group => group.Key.Item1, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            long[] sums =
                [.. Enumerable.Range(2, 3).Select(
                    column => group.Sum(cells => long.Parse(cells[column], CultureInfo.InvariantCulture)))];
            ReliabilityReport.AddRow(
                table,
                group.Key.Item1,
                group.Key.Item2,
                ReliabilityReport.Number(sums[0] + sums[1] + sums[2]),
                ReliabilityReport.Number(sums[0]),
                ReliabilityReport.Number(sums[1]),
                ReliabilityReport.Number(sums[2]),
                string.Join("; ", group.Select(cells => cells[5]).Distinct()));
        }

        return table.ToString();
    }
}
