using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tidepool.Tests.Simulation;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Crashes;

/// <summary>Tries crashes in as many processes as there are cores, and adds up.</summary>
internal static class CrashCommand
{
    private const string TotalsMark = "C ";

    internal static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        CrashOptions options = CrashOptions.Parse(arguments);
        if (options.Worker < 0)
        {
            return await ShareAsync(options, output);
        }

        SimulationLoop.TakeOverThreadPool();
        var runner = new CrashRunner(options, output);
        if (options.First.Length > 0)
        {
            runner.Show();
            return 0;
        }

        foreach (CrashTotals totals in runner.RunAll())
        {
            output.WriteLine(TotalsMark + totals.ToLine());
        }

        return 0;
    }

    private static async Task<int> ShareAsync(CrashOptions options, TextWriter output)
    {
        long started = Stopwatch.GetTimestamp();
        var totals = new Dictionary<(string, string), CrashTotals>();
        options = options.First.Length > 0 ? options with { Workers = 1 } : options;
        int[] exitCodes = await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(worker =>
            WorkerProcess.RunAsync([SimulateCommand.Command, .. options.ForWorker(worker)], line =>
            {
                lock (totals)
                {
                    Take(line, totals, output);
                }
            })));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (options.Report is { } path)
        {
            ReliabilityReport report = ReliabilityReport.Read(await File.ReadAllTextAsync(path));
            string table = MakeTable(totals.Values, seconds, options);
            await File.WriteAllTextAsync(path, report.Replace("crashes", table).Text);
        }

        if (options.First.Length > 0)
        {
            return exitCodes[0];
        }

        long points = totals.Values.Sum(found => found.Points);
        long failures = totals.Values.Sum(found => found.Failures);
        int scenarios = totals.Values.Select(found => found.Scenario).Distinct().Count();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{scenarios} scenarios, {points} crash points, {seconds:F0} s, {failures} failures"));
        return failures > 0 || points == 0 || Array.Exists(exitCodes, code => code != 0) ? 1 : 0;
    }

    private static void Take(string line, Dictionary<(string, string), CrashTotals> totals, TextWriter output)
    {
        if (!line.StartsWith(TotalsMark, StringComparison.Ordinal))
        {
            output.WriteLine(line);
            return;
        }

        CrashTotals some = CrashTotals.Parse(line[TotalsMark.Length..]);
        if (!totals.TryAdd((some.Scenario, some.Store), some))
        {
            totals[(some.Scenario, some.Store)].Add(some);
        }
    }

    private static string MakeTable(IEnumerable<CrashTotals> totals, double seconds, CrashOptions options)
    {
        CrashTotals[] all = [.. totals];
        string sample = options.Every == 1 ? "all" : $"one in {options.Every} of the first, and of the second";
        var table = new StringBuilder();
        ReliabilityReport.AddRow(table, "what", "how many");
        ReliabilityReport.AddRow(table, "---", "---");
        ReliabilityReport.AddRow(
            table,
            "scenarios",
            $"{all.Select(found => found.Scenario).Distinct().Count()} of {CrashScenarios.All.Count}");
        ReliabilityReport.AddRow(table, "crash points", $"{Sum(found => found.Points)}: {sample}");
        ReliabilityReport.AddRow(table, "of these, with a second crash", Sum(found => found.Double));
        ReliabilityReport.AddRow(table, "requests to the store", Sum(found => found.Requests));
        ReliabilityReport.AddRow(table, "broken promises", Sum(found => found.Failures));
        ReliabilityReport.AddRow(table, "time", string.Create(
            CultureInfo.InvariantCulture, $"{seconds / 60:F0} min in {options.Workers} processes"));
        ReliabilityReport.AddRow(
            table, "when, with which commit", $"{ReliabilityReport.Today()}, {ReliabilityReport.Commit()}");
        table.Append('\n');
        ReliabilityReport.AddRow(table, "scenario", "requests (local, remote)", "crash points", "broken promises");
        ReliabilityReport.AddRow(table, "---", "---", "---", "---");
        foreach (IGrouping<string, CrashTotals> scenario in all.GroupBy(found => found.Scenario))
        {
            ReliabilityReport.AddRow(
                table,
                scenario.Key,
                string.Join(", ", scenario.Select(found => found.Steps)),
                ReliabilityReport.Number(scenario.Sum(found => found.Points)),
                ReliabilityReport.Number(scenario.Sum(found => found.Failures)));
        }

        return table.ToString();

        string Sum(Func<CrashTotals, long> count) => ReliabilityReport.Number(all.Sum(count));
    }
}
