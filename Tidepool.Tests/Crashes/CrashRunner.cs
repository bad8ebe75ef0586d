using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>A process of its own, with one thread in its pool, that tries its share of all crashes.</summary>
internal sealed class CrashRunner(CrashOptions options, TextWriter output)
{
    private const int ShownLines = 60;
    private const int RunsBetweenCollections = 500;

    private long _groups;
    private long _runs;

    internal IEnumerable<CrashTotals> RunAll() => FindSettings().Select(Run);

    /// <summary>Runs one point, and tells all about it.</summary>
    internal void Show()
    {
        CrashResult shown = CrashRun.Run(FindSettings().First() with
        {
            First = CrashPoint.Parse(options.First),
            Second = CrashPoint.Parse(options.Second),
            KeepsTrace = true,
        });
        foreach (string line in shown.Trace.TakeLast(ShownLines).Concat(shown.Violations))
        {
            output.WriteLine(line);
        }

        output.WriteLine($"{shown.Violations.Count} failures");
    }

    private IEnumerable<CrashSettings> FindSettings() =>
        from scenario in CrashScenarios.All
        where options.Scenario is CrashOptions.All || options.Scenario == scenario.Name
        from store in scenario.Stores
        where options.Store is null || options.Store == store
        select new CrashSettings(scenario, store) { Mutant = options.Mutant };

    private CrashTotals Run(CrashSettings settings)
    {
        var totals = new CrashTotals(settings.Scenario.Name, settings.Store.ToString());
        IReadOnlyList<ModelOperation> steps = Try(totals, settings).First;
        totals.Steps = steps.Count;
        foreach (CrashPoint first in FindPoints(steps, [CrashKind.Before, CrashKind.After, CrashKind.Late]))
        {
            if (_groups++ % (options.Workers * options.Every) == options.Worker * options.Every)
            {
                RunGroup(totals, settings with { First = first });
            }
        }

        return totals;
    }

    /// <summary>One first crash, alone and with each second one.</summary>
    private void RunGroup(CrashTotals totals, CrashSettings settings)
    {
        totals.Single++;
        IReadOnlyList<ModelOperation> steps = Try(totals, settings).Second;
        CrashKind[] kinds = settings.First.Kind == CrashKind.Late
            ? [CrashKind.Before, CrashKind.After, CrashKind.Arrival]
            : [CrashKind.Before, CrashKind.After];
        int number = 0;
        foreach (CrashPoint second in FindPoints(steps, kinds))
        {
            if (number++ % options.Every == settings.First.Request % options.Every)
            {
                totals.Double++;
                Try(totals, settings with { Second = second });
            }
        }
    }

    private CrashResult Try(CrashTotals totals, CrashSettings settings)
    {
        CrashResult result = CrashRun.Run(settings);
        totals.Requests += result.Requests;
        if (result.Violations.Count > 0)
        {
            totals.Failures++;
            output.WriteLine($"\"{settings.Scenario.Name}\" on a store of the kind {settings.Store}, crash at " +
                $"{settings.First} of {result.First.Count}, then at {settings.Second} of {result.Second.Count}: " +
                result.Violations[0]);
            output.WriteLine($"  {settings.Command}");
        }

        if (++_runs % RunsBetweenCollections == 0)
        {
            GC.Collect(); // The dead close nothing: their files and maps wait for their finalizers.
        }

        return result;
    }

    /// <summary>All that can happen at some requests; only one that changes something can be late.</summary>
    private static IEnumerable<CrashPoint> FindPoints(IReadOnlyList<ModelOperation> steps, CrashKind[] kinds) =>
        from request in Enumerable.Range(1, steps.Count)
        from kind in kinds
        where kind != CrashKind.Late ||
            steps[request - 1] is ModelOperation.Put or ModelOperation.Upload or ModelOperation.Delete
        select new CrashPoint(request, kind);
}
