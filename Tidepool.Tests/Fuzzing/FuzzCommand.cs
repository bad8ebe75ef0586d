using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Fuzzing;

/// <summary>Fuzzes decoders on all cores, and adds up.</summary>
internal static class FuzzCommand
{
    internal const string Command = "fuzz";

    private const string Tool = "eng/fuzz";

    internal static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        FuzzOptions options = FuzzOptions.Parse(arguments);
        FuzzTarget[] targets =
        [
            .. FuzzTargets.MakeAll().Where(
                target => options.Target is FuzzOptions.All || target.Name == options.Target),
        ];
        if (targets.Length == 0)
        {
            IEnumerable<string> names = FuzzTargets.MakeAll().Select(target => target.Name);
            throw new ArgumentException($"No target {options.Target}; there are {string.Join(", ", names)}.");
        }

        long started = Stopwatch.GetTimestamp();
        var all = new List<FuzzTotals>();
        foreach (FuzzTarget target in targets)
        {
            FuzzTotals totals = await RunAsync(target, options);
            all.Add(totals);
            totals.Failures.ForEach(output.WriteLine);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{target.Name}: {totals.Refused} refused, {totals.Read} read, ") + string.Create(
                CultureInfo.InvariantCulture,
                $"at most {totals.MostAllocatedBytes} bytes, {totals.Time.TotalSeconds:F1} s"));
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (options.Report is { } path)
        {
            ReliabilityReport report = ReliabilityReport.Read(await File.ReadAllTextAsync(path));
            string table = MakeTable(all, options, report.Read("fuzz", Tool));
            await File.WriteAllTextAsync(path, report.Replace("fuzz", table, Tool).Text);
        }

        int failures = all.Sum(totals => totals.Failures.Count);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{all.Count} targets, {all.Sum(totals => totals.Inputs)} inputs, {seconds:F0} s, {failures} failures"));
        return failures == 0 ? 0 : 1;
    }

    private static async Task<FuzzTotals> RunAsync(FuzzTarget target, FuzzOptions options)
    {
        long started = Stopwatch.GetTimestamp();
        long first = Math.Max(0, options.Input);
        long end = options.Input < 0 ? options.Inputs : options.Input + 1;
        FuzzTotals[] parts = await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(
            worker => Task.Run(() => new FuzzRunner(target, options.Seed).Run(first + worker, options.Workers, end))));
        var totals = new FuzzTotals(target.Name);
        Array.ForEach(parts, totals.Add);
        totals.Time = Stopwatch.GetElapsedTime(started);
        return totals;
    }

    /// <summary>The rows of the targets that were fuzzed now, and of the others those that were there.</summary>
    private static string MakeTable(List<FuzzTotals> all, FuzzOptions options, string before)
    {
        var table = new StringBuilder();
        ReliabilityReport.AddRow(
            table, "target", "inputs", "refused", "read", "most memory for one", "failures", "seed, day, commit");
        ReliabilityReport.AddRow(table, "---", "---", "---", "---", "---", "---", "---");
        string[] old = before.Split('\n');
        foreach (string name in FuzzTargets.MakeAll().Select(target => target.Name))
        {
            if (all.Find(totals => totals.Target == name) is { } found)
            {
                AddRow(table, found, options);
            }
            else if (Array.Find(old, row => row.StartsWith($"| {name} |", StringComparison.Ordinal)) is { } row)
            {
                table.Append(row).Append('\n');
            }
        }

        return table.ToString();
    }

    private static void AddRow(StringBuilder table, FuzzTotals totals, FuzzOptions options) =>
        ReliabilityReport.AddRow(
            table,
            totals.Target,
            ReliabilityReport.Number(totals.Inputs),
            ReliabilityReport.Number(totals.Refused),
            ReliabilityReport.Number(totals.Read),
            $"{ReliabilityReport.Number(totals.MostAllocatedBytes >> 10)} KiB",
            ReliabilityReport.Number(totals.Failures.Count),
            $"{options.Seed}, {ReliabilityReport.Today()}, {ReliabilityReport.Commit()}");
}
