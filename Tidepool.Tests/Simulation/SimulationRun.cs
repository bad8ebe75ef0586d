namespace Tidepool.Tests.Simulation;

/// <summary>One run: processes with their clients, trouble, rest, and judgement.</summary>
internal sealed class SimulationRun : IDisposable
{
    /// <summary>How long, once nothing goes wrong any more, a call may take to come to an end.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(2);

    private const long MaxEvents = 200_000;

    private readonly SimulationWorld _world;
    private readonly SimulationRandom _random;
    private readonly string _folder;
    private readonly List<SimulatedProcess> _processes = [];
    private readonly List<SimulatedClient> _clients = [];
    private readonly HashSet<SimulatedClient> _ended = [];
    private int _started;
    private TimeSpan? _restSince;
    private bool _isJudging;
    private bool _isOver;

    private SimulationRun(SimulationSettings settings, string folder)
    {
        _world = new SimulationWorld(settings);
        _random = _world.Random.Fork();
        _folder = folder;
    }

    /// <summary>Blocks until the run is over. Only where <see cref="SimulationLoop.TakeOverThreadPool"/> was called.
    /// </summary>
    internal static SimulationResult Run(SimulationSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("tidepool-simulation").FullName;
        try
        {
            using var run = new SimulationRun(settings, folder);
            return run.Run();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _world.Dispose();

    private SimulationResult Run()
    {
        _world.Loop.After(TimeSpan.Zero, () =>
        {
            for (int count = _random.Next(2, 5); count > 0; count--)
            {
                Start();
            }
        });
        _world.Loop.Run(IsOver);
        _world.Witness.CheckEnd();
        return new SimulationResult(_world.Settings)
        {
            Hash = _world.Trace.Hash,
            Operations = _world.Operations,
            Events = _world.Loop.EventCount,
            Commits = _world.History.Head,
            Manifests = _world.Witness.ManifestCount,
            Ghosts = _world.History.Ghosts,
            Faults = _world.Faults,
            Violations = _world.Violations,
            Trace = _world.Trace.Lines,
            VirtualTime = _world.Loop.Elapsed,
        };
    }

    private bool IsOver()
    {
        if (_isOver || _world.Violations.Count > 0)
        {
            return true;
        }

        if (_world.Loop.EventCount > MaxEvents)
        {
            _world.Violate($"no end after {MaxEvents} events");
        }

        if (_world.StepsLeft > 0 || _isJudging)
        {
            CheckPatience();
            return false;
        }

        if (_restSince is null)
        {
            Rest();
        }
        else if (_clients.TrueForAll(_ended.Contains))
        {
            _isJudging = true;
            _restSince = _world.Loop.Elapsed + (4 * _world.OrphanAge);
            _ = JudgeAsync();
        }

        CheckPatience();
        return false;
    }

    private void CheckPatience()
    {
        if (_restSince is { } since && _world.Loop.Elapsed - since > s_patience)
        {
            IEnumerable<string> waiting = _clients.Where(client => !_ended.Contains(client))
                .Select(client => $"{client.Process.Host.Name} ({client.Doing})");
            _world.Violate($"nothing goes wrong any more, yet these do not come to an end: " +
                (_isJudging ? "the judge" : string.Join(", ", waiting)));
        }
    }

    private void Start()
    {
        string name = $"p{++_started}";
        var process = new SimulatedProcess(_world, name, Path.Combine(_folder, name));
        _processes.Add(process);
        for (int count = _random.Next(1, 4); count > 0; count--)
        {
            var client = new SimulatedClient(_world, process);
            _clients.Add(client);
            _ = RunAsync(client);
        }
    }

    private async Task RunAsync(SimulatedClient client)
    {
        try
        {
            await client.RunAsync(Trouble);
        }
        catch (Exception failure)
        {
            _world.Violate($"{client.Process.Host.Name}: its client failed: {failure}");
        }

        _ended.Add(client);
    }

    /// <summary>What happens to whole processes.</summary>
    private void Trouble(SimulatedProcess process)
    {
        FaultPlan plan = _world.Plan;
        if (plan.Happens(FaultKind.ProcessPaused, oneIn: 40))
        {
            Pause(process, FaultKind.ProcessPaused, _random.NextTime(_world.Window));
        }

        if (plan.Happens(FaultKind.ProcessPausedOverWindow, oneIn: 80))
        {
            Pause(process, FaultKind.ProcessPausedOverWindow, _world.Window + _random.NextTime(_world.Window));
        }

        if (plan.Happens(FaultKind.ClockJumped, oneIn: 60))
        {
            process.SetClock(FaultKind.ClockJumped);
        }

        if (plan.Happens(FaultKind.CacheDiskFull, oneIn: 30))
        {
            process.FillDisk();
            _world.Loop.After(_random.NextTime(TimeSpan.FromMinutes(5)), process.EmptyDisk);
        }

        if (plan.Happens(FaultKind.ProcessKilled, oneIn: 90))
        {
            _world.Loop.After(_random.NextTime(8 * _world.Latency), () => Kill(process));
        }
    }

    private void Pause(SimulatedProcess process, FaultKind kind, TimeSpan length) =>
        _world.Loop.After(_random.NextTime(4 * _world.Latency), () =>
        {
            if (!process.Host.IsDead && _restSince is null)
            {
                _world.Count(kind);
                process.Host.Pause(length);
            }
        });

    private void Kill(SimulatedProcess process)
    {
        if (process.Host.IsDead || _restSince is not null)
        {
            return;
        }

        _world.Count(FaultKind.ProcessKilled);
        process.Kill();
        _processes.Remove(process);
        _clients.RemoveAll(client => client.Process == process);
        Start();
    }

    /// <summary>Nothing goes wrong from now on; what is under way comes to its end.</summary>
    private void Rest()
    {
        _restSince = _world.Loop.Elapsed + (4 * _world.Window); // For requests that are still on their way.
        _world.Plan.IsOver = true;
        _world.Trace.Add("run", "rest", "", 0);
        foreach (SimulatedProcess process in _processes)
        {
            process.EmptyDisk();
            process.Host.Resume();
        }
    }

    /// <summary>What is left in the store is what was promised, to a process that knows only the store.</summary>
    private async Task JudgeAsync()
    {
        try
        {
            foreach (SimulatedProcess process in _processes)
            {
                await process.Database.DisposeAsync();
            }

            var judge = new SimulatedProcess(_world, "judge", Path.Combine(_folder, "judge"));
            var workload = new WorkloadDocuments(_random.Fork());
            SimulatedNamespace[] all = [.. _world.Witness.Histories.Select(history => judge.Get(history.Name))];
            ClientReads[] reads = [.. all.Select(one => new ClientReads(_world, one, _random.Fork(), workload))];
            await EachAsync(reads, static one => one.ScanAllAsync());
            await EachAsync(reads, static one => one.VerifyAsync(CancellationToken.None));
            await EachAsync(all, static one => one.Documents.CompactAsync());
            await EachAsync(reads, static one => one.ScanAllAsync());
            await judge.DelayAsync(3 * _world.Window);
            await EachAsync(all, static one => one.Documents.CompactAsync());
            await judge.DelayAsync(2 * _world.OrphanAge);
            await EachAsync(all, static one => one.Documents.CompactAsync());
            await EachAsync(reads, static one => one.VerifyAsync(CancellationToken.None));
            await EachAsync(reads, static one => one.ScanAllAsync());
            await judge.Database.DisposeAsync();
        }
        catch (Exception failure)
        {
            _world.Violate($"the judge failed: {failure}");
        }

        _isOver = true;
    }
    private static async Task EachAsync<T>(T[] all, Func<T, Task> act)
    {
        foreach (T one in all)
        {
            await act(one);
        }
    }
}
