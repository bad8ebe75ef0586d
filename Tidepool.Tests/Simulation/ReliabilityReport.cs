using System.Globalization;
using System.Text;

namespace Tidepool.Tests.Simulation;

/// <summary>docs/reliability.md: prose, and between marks the figures that tools have written.</summary>
internal sealed class ReliabilityReport
{
    private ReliabilityReport(string text) => Text = text;

    internal string Text { get; }

    internal static ReliabilityReport Read(string text) => new(text);

    internal ReliabilityReport WithTotals(SimulationTotals totals, SimulationOptions options, double seconds)
    {
        var table = new StringBuilder();
        AddRow(table, "what", "how many");
        AddRow(table, "---", "---");
        AddRow(table, "seeds", $"{totals.Seeds}, from {options.FirstSeed} on");
        AddRow(table, "requests to the store", Number(totals.Operations));
        AddRow(table, "committed log entries", Number(totals.Commits));
        AddRow(table, "committed manifests", Number(totals.Manifests));
        AddRow(table, "log slots taken again after they were collected", Number(totals.Ghosts));
        AddRow(table, "faults", Number(totals.Faults.Values.Sum()));
        AddRow(table, "virtual time", $"{Number((long)totals.VirtualDays)} days");
        AddRow(table, "broken promises, or seeds whose two runs differ", Number(totals.Failures));
        int cores = Math.Min(options.Workers, Environment.ProcessorCount);
        AddRow(table, "time", string.Create(
            CultureInfo.InvariantCulture, $"{seconds:F0} s on {cores} cores, each seed run twice"));
        AddRow(table, "when, with which commit", $"{Today()}, {Commit()}");
        table.Append('\n');
        AddRow(table, "fault", "how often");
        AddRow(table, "---", "---");
        foreach ((string kind, long count) in totals.Faults)
        {
            AddRow(table, kind, Number(count));
        }

        return Replace("simulation", table.ToString());
    }

    internal ReliabilityReport WithMutants(IReadOnlyList<MutantResult> mutants)
    {
        var table = new StringBuilder();
        AddRow(table, "mutant", "first seed that finds it", "requests until then", "seconds", "what it broke");
        AddRow(table, "---", "---", "---", "---", "---");
        foreach (MutantResult found in mutants)
        {
            AddRow(
                table,
                found.Mutant.ToString(),
                found.Seed?.ToString(CultureInfo.InvariantCulture) ?? "none",
                Number(found.Operations),
                found.Time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture),
                Shorten(found.Violation));
        }

        table.Append(CultureInfo.InvariantCulture, $"\n{Today()}, {Commit()}\n");
        return Replace("mutants", table.ToString());
    }

    internal ReliabilityReport Replace(string name, string table, string tool = "eng/simulate")
    {
        (int from, int to) = Find(name, tool);
        return new ReliabilityReport(string.Concat(Text.AsSpan(0, from), table, Text.AsSpan(to)));
    }

    /// <summary>What stands between the marks of a tool.</summary>
    internal string Read(string name, string tool)
    {
        (int from, int to) = Find(name, tool);
        return Text[from..to];
    }

    private (int From, int To) Find(string name, string tool)
    {
        string begin = $"<!-- {name}: written by {tool} -->\n";
        int from = Text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return (from, Text.IndexOf("<!-- end -->", from, StringComparison.Ordinal));
    }

    internal static void AddRow(StringBuilder table, params ReadOnlySpan<string> cells) =>
        table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    internal static string Today() => DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The commit that eng/simulate was started on.</summary>
    internal static string Commit() => Environment.GetEnvironmentVariable("TIDEPOOL_COMMIT") ?? "a tree without a name";

    /// <summary>The kind of the violation: ids and what follows tell nothing here.</summary>
    private static string Shorten(string violation)
    {
        string text = string.Join(' ', violation.Split(' ').Skip(2).Select(WithoutIncarnation));
        text = text.Replace('|', '/');
        return text.Length <= 100 ? text : text[..100] + "…";
    }

    private static string WithoutIncarnation(string word) =>
        word.StartsWith("d/", StringComparison.Ordinal) && word.Length > 40 ? word[39..] : word;
}
