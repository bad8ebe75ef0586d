using Tidepool.Cleanup;
using Tidepool.Manifests;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>What is stored though nothing needs it.</summary>
internal static class CrashLeftovers
{
    /// <summary>Keys that a collection, made after every window has passed, has left behind.</summary>
    internal static IEnumerable<string> Find(SimulationWorld world) =>
        world.Store.Keys.Where(key => !IsNeeded(world, key));

    private static bool IsNeeded(SimulationWorld world, string key)
    {
        if (!key.StartsWith("d/", StringComparison.Ordinal))
        {
            return key == "tidepool" || key.StartsWith("ns/", StringComparison.Ordinal) ||
                key == "hint/" + SimulationHistory.Name;
        }

        IncarnationHistory? incarnation = world.History.AllIncarnations.FirstOrDefault(
            found => key.StartsWith(found.Keys.All, StringComparison.Ordinal));
        if (incarnation is null or { IsDropped: true })
        {
            return false;
        }

        Pin[] pins = [.. incarnation.Pins.Where(pin => pin.Until is null).Select(pin => pin.Pin)];
        var pinned = new PinnedObjects(incarnation.Keys, pins);
        Manifest newest = incarnation.Manifests[^1].Manifest;
        if (incarnation.Keys.TryParseLogEntry(key, out long sequence))
        {
            return sequence > newest.Floor.Sequence || pinned.Contains(sequence);
        }

        if (incarnation.Keys.TryParsePin(key, out string name, out long number))
        {
            return Array.Exists(pins, pin => pin.Name == name && pin.Number == number) ||
                world.Store.Find(key)!.Data.Length == PinFormat.GetReleasedLength(name);
        }

        // The newest manifest and the one that stood when the window began are whole, older ones tombstones.
        return incarnation.Keys.TryParseManifest(key, out long generation)
            ? generation >= newest.Generation - 2 ||
                world.Store.Find(key)!.Data.Length == ManifestFormat.TombstoneLength
            : incarnation.Needed.Contains(key) || pinned.Contains(key);
    }
}
