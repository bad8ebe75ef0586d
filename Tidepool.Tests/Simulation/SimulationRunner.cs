using System.Diagnostics;

namespace Tidepool.Tests.Simulation;

/// <summary>A process of its own, with one thread in its pool, that runs one seed after the other, each twice: both
/// runs must leave the same trace. A seed that fails is cut down to the shortest prefix that still does.</summary>
internal sealed class SimulationRunner(SimulationOptions options, TextWriter output)
{
    private const int ShownLines = 40;

    private readonly SimulationTotals _totals = new();

    internal SimulationTotals Run()
    {
        long started = Stopwatch.GetTimestamp();
        int number = options.Worker;
        for (; number < options.Seeds && Stopwatch.GetElapsedTime(started) < options.Limit; number += options.Workers)
        {
            RunSeed(options.FirstSeed + (ulong)number);
        }

        return _totals;
    }

    /// <summary>The first seed that finds a mutant, and how long that took; null if none does.</summary>
    internal static MutantResult Hunt(ProtocolMutant mutant, ulong firstSeed, int seeds)
    {
        long started = Stopwatch.GetTimestamp();
        long operations = 0;
        for (ulong seed = firstSeed; seed < firstSeed + (ulong)seeds; seed++)
        {
            SimulationResult result = SimulationRun.Run(new SimulationSettings(seed) { Mutant = mutant });
            operations += result.Operations;
            if (result.Violations.Count > 0)
            {
                return new MutantResult(mutant, seed, (int)(seed - firstSeed) + 1, operations,
                    Stopwatch.GetElapsedTime(started), FirstLine(result.Violations[0]));
            }
        }

        return new MutantResult(mutant, null, seeds, operations, Stopwatch.GetElapsedTime(started), "");
    }

    private static string FirstLine(string text) => text.Split('\n')[0];

    private void RunSeed(ulong seed)
    {
        SimulationSettings settings = new(seed) { Mutant = options.Mutant, Steps = options.Steps };
        SimulationResult result = SimulationRun.Run(settings);
        SimulationResult again = SimulationRun.Run(settings);
        _totals.Add(result);
        if (result.Hash != again.Hash)
        {
            _totals.CountFailure();
            output.WriteLine($"seed {seed}: two runs of it differ: {result.Hash:x16}, {again.Hash:x16}");
        }

        if (result.Violations.Count > 0)
        {
            _totals.CountFailure();
            Report(result);
        }
    }

    private void Report(SimulationResult result)
    {
        SimulationSettings shortest = Shorten(result.Settings) with { KeepsTrace = true };
        SimulationResult shown = SimulationRun.Run(shortest);
        output.WriteLine($"seed {result.Settings.Seed} fails, and still does after {shortest.Steps} of its " +
            $"{result.Settings.Steps} steps ({shown.Operations} requests to the store):");
        foreach (string violation in shown.Violations)
        {
            output.WriteLine($"  {violation.Replace("\n", "\n    ", StringComparison.Ordinal)}");
        }

        string path = Path.Combine(options.TraceFolder, $"simulation-{result.Settings.Seed}.trace");
        File.WriteAllLines(path, shown.Trace);
        output.WriteLine($"  its trace is in {path}; the end of it:");
        foreach (string line in shown.Trace.TakeLast(ShownLines))
        {
            output.WriteLine($"    {line.Split('\n')[0]}");
        }
    }

    /// <summary>The smallest number of steps after which the run still fails, by halving; a prefix that happens not to
    /// fail, although a shorter one does, is not looked for.</summary>
    private static SimulationSettings Shorten(SimulationSettings settings)
    {
        int good = 0;
        int bad = settings.Steps;
        while (bad - good > 1)
        {
            int middle = (good + bad) / 2;
            bool fails = SimulationRun.Run(settings with { Steps = middle }).Violations.Count > 0;
            (good, bad) = fails ? (good, middle) : (middle, bad);
        }

        return settings with { Steps = bad };
    }
}
