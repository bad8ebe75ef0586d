using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>What the processes of one run share, and what is known of their writes.</summary>
internal sealed class CrashStage(SimulationWorld world, CrashScenario scenario, string folder)
{
    /// <summary>What the copy of the namespace is called.</summary>
    internal const string CopyName = "c";

    private readonly Dictionary<string, List<WriteIntent>> _unsettled = [];

    internal SimulationWorld World => world;

    /// <summary>Where backups go.</summary>
    internal ModelStore Vault { get; } = new(world.Loop);

    /// <summary>Backups whose makers were told that they are complete, with the first and the last position of the
    /// history that they can be of.</summary>
    internal Dictionary<string, (int From, int To)> Backups { get; } = [];

    /// <summary>Batches of a namespace of which no caller was told how they ended.</summary>
    internal List<WriteIntent> GetUnsettled(string name)
    {
        if (!_unsettled.TryGetValue(name, out List<WriteIntent>? batches))
        {
            batches = [];
            _unsettled.Add(name, batches);
        }

        return batches;
    }

    internal CrashActor Start(string name, CrashTrigger trigger)
    {
        var process = new SimulatedProcess(
            world,
            name,
            Path.Combine(folder, scenario.SharesCache ? "cache" : name),
            (host, connection) => new CrashingConnection(connection, host, world.Store, trigger),
            Configure);
        return new CrashActor(this, process, trigger);
    }

    private void Configure(TidepoolOptions options)
    {
        options.GroupCommitLinger = TimeSpan.Zero;
        options.Compaction.Enabled = false;
        scenario.Configure(options);
    }
}
