using System.Diagnostics;
using System.Text.Json;
using Tidepool.Tests.Crashes;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Simulation;

/// <summary>Runs many seeds in as many processes as there are cores, and adds up. Each simulation needs a process of
/// its own, since it takes over the thread pool.</summary>
internal static class SimulateCommand
{
    internal const string Command = "simulate";

    private const string TotalsMark = "T ";
    private const string MutantMark = "M ";
    private const int MutantSeeds = 400;

    internal static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        if (arguments.Contains(CrashOptions.Mark))
        {
            return await CrashCommand.RunAsync(arguments, output);
        }

        SimulationOptions options = SimulationOptions.Parse(arguments);
        return options.Worker >= 0 ? Work(options, output) : await ShareAsync(options, output);
    }

    private static int Work(SimulationOptions options, TextWriter output)
    {
        SimulationLoop.TakeOverThreadPool();
        if (options.Mutants)
        {
            foreach (ProtocolMutant mutant in Enum.GetValues<ProtocolMutant>().Where(IsMine))
            {
                MutantResult found = SimulationRunner.Hunt(mutant, options.FirstSeed, MutantSeeds);
                output.WriteLine(MutantMark + JsonSerializer.Serialize(found));
            }

            return 0;
        }

        output.WriteLine(TotalsMark + new SimulationRunner(options, output).Run().ToLine());
        return 0;

        bool IsMine(ProtocolMutant mutant) =>
            mutant != ProtocolMutant.None && (int)mutant % options.Workers == options.Worker;
    }

    private static async Task<int> ShareAsync(SimulationOptions options, TextWriter output)
    {
        long started = Stopwatch.GetTimestamp();
        var totals = new SimulationTotals();
        var mutants = new List<MutantResult>();
        using var cores = new SemaphoreSlim(Environment.ProcessorCount);
        int[] exitCodes = await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(WorkAsync));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        bool isBroken = Array.Exists(exitCodes, code => code != 0);
        if (options.Mutants)
        {
            mutants.Sort((left, right) => left.Mutant.CompareTo(right.Mutant));
            int missed = Enum.GetValues<ProtocolMutant>().Length - 1 - mutants.Count(found => found.Seed is not null);
            await WriteReportAsync(options, report => report.WithMutants(mutants));
            await output.WriteLineAsync(
                FormattableString.Invariant($"{mutants.Count} mutants, {missed} not found, {seconds:F0} s"));
            return isBroken || missed > 0 ? 1 : 0;
        }

        string[] missing = options.Seeds < 100 ? [] : [.. totals.MissingFaults.Select(kind => kind.ToString())];
        foreach (string kind in missing)
        {
            await output.WriteLineAsync($"no fault of the kind {kind} was injected");
        }

        await output.WriteLineAsync(string.Join(", ", totals.Faults.Select(fault => $"{fault.Key} {fault.Value}")));
        await WriteReportAsync(options, report => report.WithTotals(totals, options, seconds));
        await output.WriteLineAsync(FormattableString.Invariant($"{totals.Seeds} seeds from {options.FirstSeed}, ") +
            FormattableString.Invariant($"{totals.Operations} operations, {totals.Commits} commits, ") +
            FormattableString.Invariant($"{totals.Faults.Values.Sum()} faults, ") +
            FormattableString.Invariant($"{totals.VirtualDays:F0} virtual days, ") +
            FormattableString.Invariant($"{seconds:F0} s, {totals.Failures} failures"));
        return isBroken || totals.Failures > 0 || missing.Length > 0 || totals.Seeds == 0 ? 1 : 0;

        // As many at a time as there are cores: what a worker keeps of its dead processes goes when it ends.
        async Task<int> WorkAsync(int worker)
        {
            await cores.WaitAsync();
            try
            {
                return await WorkerProcess.RunAsync([Command, .. options.ForWorker(worker)], line =>
                {
                    lock (totals)
                    {
                        Take(line, totals, mutants, output);
                    }
                });
            }
            finally
            {
                cores.Release();
            }
        }
    }

    private static void Take(string line, SimulationTotals totals, List<MutantResult> mutants, TextWriter output)
    {
        if (line.StartsWith(TotalsMark, StringComparison.Ordinal))
        {
            totals.Add(SimulationTotals.Parse(line[TotalsMark.Length..]));
        }
        else if (line.StartsWith(MutantMark, StringComparison.Ordinal))
        {
            MutantResult found = JsonSerializer.Deserialize<MutantResult>(line[MutantMark.Length..])!;
            mutants.Add(found);
            output.WriteLine(found.Seed is { } seed
                ? FormattableString.Invariant($"{found.Mutant}: seed {seed}, {found.Operations} operations, ") +
                    FormattableString.Invariant($"{found.Time.TotalSeconds:F1} s: {found.Violation}")
                : $"{found.Mutant}: not found by {found.Seeds} seeds");
        }
        else
        {
            output.WriteLine(line);
        }
    }

    private static async Task WriteReportAsync(
        SimulationOptions options, Func<ReliabilityReport, ReliabilityReport> change)
    {
        if (options.Report is { } path)
        {
            ReliabilityReport report = change(ReliabilityReport.Read(await File.ReadAllTextAsync(path)));
            await File.WriteAllTextAsync(path, report.Text);
        }
    }
}
