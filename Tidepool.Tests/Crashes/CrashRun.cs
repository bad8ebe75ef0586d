using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>One run of a scenario: a process dies at one request, the one that recovers at another, and a third one
/// finds what was promised.</summary>
internal sealed class CrashRun : IDisposable
{
    private const long MaxEvents = 100_000;

    private readonly CrashSettings _settings;
    private readonly SimulationWorld _world;
    private readonly CrashStage _stage;
    private CrashTrigger? _firstTrigger;
    private CrashTrigger? _secondTrigger;
    private bool _isOver;

    private CrashRun(CrashSettings settings, string folder)
    {
        _settings = settings;
        _world = new SimulationWorld(new SimulationSettings(GetSeed(settings.Scenario.Name))
        {
            IsCalm = true,
            Sharing = settings.Store,
            Mutant = settings.Mutant,
            KeepsTrace = settings.KeepsTrace,
        });
        _stage = new CrashStage(_world, settings.Scenario, folder);
    }

    /// <summary>Blocks until the run is over. Only where <see cref="SimulationLoop.TakeOverThreadPool"/> was called.
    /// </summary>
    internal static CrashResult Run(CrashSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("tidepool-crashes").FullName;
        try
        {
            using var run = new CrashRun(settings, folder);
            return run.Run();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _world.Dispose();

    /// <summary>FNV-1a: other scenarios change nothing.</summary>
    private static ulong GetSeed(string name) =>
        name.Aggregate(0xCBF29CE484222325, (hash, unit) => (hash ^ unit) * 0x100000001B3);

    private CrashResult Run()
    {
        _world.Loop.After(TimeSpan.Zero, () => _ = PlayAsync());
        _world.Loop.Run(() => _isOver || _world.Violations.Count > 0 || _world.Loop.EventCount > MaxEvents);
        if (!_isOver && _world.Violations.Count == 0)
        {
            _world.Violate($"does not come to an end, after {_world.Loop.EventCount} events");
        }

        _world.Witness.CheckEnd();
        return new CrashResult(
            _firstTrigger?.Requests ?? [],
            _secondTrigger?.Requests ?? [],
            _world.Operations,
            _world.Violations,
            _world.Trace.Lines);
    }

    private async Task PlayAsync()
    {
        try
        {
            await PrepareAsync();
            Func<CrashActor, Task>? actBeside = _settings.Scenario.Beside;
            CrashActor? beside = actBeside is null ? null : _stage.Start("beside", new CrashTrigger(default));
            Task besideEnds = beside is null ? Task.CompletedTask : actBeside!(beside);
            _firstTrigger = new CrashTrigger(_settings.First);
            await LiveAsync(_stage.Start("first", _firstTrigger), ActAsync);
            await besideEnds;
            _secondTrigger = new CrashTrigger(_settings.Second) { OnArrival = _firstTrigger.Release };
            await LiveAsync(_stage.Start("second", _secondTrigger), RecoverAsync);
            _firstTrigger.Release();
            if (beside is not null)
            {
                await EachAsync(beside, static one => one.ScanAsync());
                await beside.CloseAsync();
            }

            await JudgeAsync();
        }
        catch (Exception failure)
        {
            _world.Violate($"failed: {failure}");
        }

        _isOver = true;
    }

    private async Task PrepareAsync()
    {
        CrashActor before = _stage.Start("before", new CrashTrigger(default));
        await _settings.Scenario.Before(before);
        await before.CloseAsync();
        before.Process.Dispose();
    }

    /// <summary>Until it has done what it had to do, or is dead.</summary>
    private static async Task LiveAsync(CrashActor actor, Func<CrashActor, Task> act)
    {
        Task acting = act(actor);
        if (await Task.WhenAny(acting, actor.Trigger.Died) == acting)
        {
            await acting;
        }

        actor.Process.Kill();
    }

    private async Task ActAsync(CrashActor actor)
    {
        await _settings.Scenario.Act(actor);
        await actor.CloseAsync();
    }

    /// <summary>What whoever comes after the dead does: asks what became of its writes, looks at everything, and does
    /// it all again.</summary>
    private async Task RecoverAsync(CrashActor actor)
    {
        await EachAsync(actor, static one => one.ResolveAllAsync());
        await EachAsync(actor, static one => one.ScanAsync());
        await ActAsync(actor);
    }

    private async Task JudgeAsync()
    {
        CrashActor judge = _stage.Start("judge", new CrashTrigger(default));
        await _settings.Scenario.Finish(judge);
        await EachAsync(judge, FindPromisedAsync);
        if (_stage.Vault.Keys.Any())
        {
            await judge.Copies.CheckBackupsAsync();
        }

        await EachAsync(judge, static one => one.WriteAsync(CrashSteps.Put(7, 1995), CrashSteps.Delete(1)));
        await EachAsync(judge, static one => one.CompactAsync());
        await EachAsync(judge, static one => one.ScanAsync());
        await judge.DelayAsync(_world.OrphanAge + _world.Window + TimeSpan.FromMinutes(5));

        // Orphans, the log, and what only copies kept; what that commits makes older manifests unneeded.
        await EachAsync(judge, static one => one.CompactAsync());
        int rounds = judge.Each.Count() == 1 ? 1 : 3; // A copy is dropped, then let go of, then what it shared goes.
        for (int round = 0; round < rounds; round++)
        {
            await judge.AgeAsync();
            await EachAsync(judge, static one => one.CompactAsync());
        }

        await EachAsync(judge, static one => one.VerifyAsync());
        await EachAsync(judge, static one => one.ReadTagsAsync());
        await EachAsync(judge, static one => one.ScanAsync());
        await judge.CloseAsync();
        judge.Process.Dispose();
        foreach (string key in CrashLeftovers.Find(_world))
        {
            _world.Violate($"{key} is needed by nobody, and nobody deletes it");
        }
    }

    private static async Task FindPromisedAsync(CrashActor judge)
    {
        await judge.ScanAsync();
        await judge.VerifyAsync();
        await judge.ReadTagsAsync();
        await judge.ResolveAllAsync();
    }

    /// <summary>In each namespace that there ever was.</summary>
    private static async Task EachAsync(CrashActor actor, Func<CrashActor, Task> act)
    {
        foreach (CrashActor one in actor.Each)
        {
            await act(one);
        }
    }
}
