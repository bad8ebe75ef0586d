using Tidepool.Storage;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>What scenarios do to the store itself.</summary>
internal static class CrashStore
{
    private const string Hint = "hint/" + SimulationHistory.Main;

    internal static byte[] ReadHint(SimulationWorld world) => world.Store.Find(Hint)!.Data;

    internal static void WriteHint(SimulationWorld world, byte[]? content)
    {
        if (content is null)
        {
            world.Store.Delete(Hint);
        }
        else
        {
            world.Store.Put(Hint, content, PutCondition.Always, TimeSpan.Zero);
        }
    }

    /// <summary>Leaves what a process leaves that dies between an upload and its commit.</summary>
    internal static void AddOrphans(SimulationWorld world)
    {
        IncarnationHistory incarnation = world.History.AllIncarnations[^1];
        var segment = new Guid("0badf00d-0000-4000-8000-000000000001");
        foreach (string key in (string[])
            [
                incarnation.Keys.Segment(segment),
                incarnation.Keys.Deletions(segment, segment),
                incarnation.Keys.Ledger(segment),
            ])
        {
            world.Store.Put(key, [1, 2, 3], PutCondition.Always, TimeSpan.Zero);
        }
    }
}
