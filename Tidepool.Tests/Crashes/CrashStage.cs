using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>What the processes of one run share, and what is known of their writes.</summary>
internal sealed class CrashStage(SimulationWorld world, CrashScenario scenario, string folder)
{
    internal SimulationWorld World => world;

    /// <summary>Batches of which no caller was told how they ended.</summary>
    internal List<WriteIntent> Unsettled { get; } = [];

    internal WriteIntent? FindKeyed(Guid key) => world.History.Intents.FirstOrDefault(intent => intent.Id == key);

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
