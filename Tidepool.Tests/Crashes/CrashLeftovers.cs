using Tidepool.Cleanup;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>What is stored though nothing needs it.</summary>
internal static class CrashLeftovers
{
    /// <summary>Keys that a collection, made after every window has passed, has left behind.</summary>
    internal static IEnumerable<string> Find(SimulationWorld world)
    {
        IncarnationHistory[] living =
            [.. world.Witness.Incarnations.Where(found => found is { IsShown: true, IsDropped: false })];
        var needed = new HashSet<string>(["tidepool"]);
        needed.UnionWith(world.Witness.Histories.Select(history => "hint/" + history.Name));
        needed.UnionWith(living.SelectMany(found => FindObjects(found, living)));
        return world.Store.Keys.Where(key => !needed.Contains(key)
            && !key.StartsWith("ns/", StringComparison.Ordinal)
            && !(world.Witness.FindOwner(key) is { } owner && IsNeeded(world, owner, living, needed, key)));
    }

    /// <summary>The objects that an incarnation needs.</summary>
    private static HashSet<string> FindObjects(IncarnationHistory incarnation, IncarnationHistory[] living)
    {
        HashSet<string> objects = [.. incarnation.Needed];
        foreach (Pin pin in FindPins(incarnation, living))
        {
            PinnedObjects.AddObjects(objects, incarnation.Keys, pin.Manifest);
        }

        return objects;
    }

    private static bool IsNeeded(
        SimulationWorld world,
        IncarnationHistory owner,
        IncarnationHistory[] living,
        HashSet<string> needed,
        string key)
    {
        if (owner.IsDropped)
        {
            return needed.Any(other => other.StartsWith(owner.Keys.All, StringComparison.Ordinal)); // All, or nothing.
        }

        if (!owner.IsShown)
        {
            return false;
        }

        Pin[] pins = [.. FindPins(owner, living)];
        Manifest newest = owner.Manifests[^1].Manifest;
        if (owner.Keys.TryParseLogEntry(key, out long sequence))
        {
            return sequence > newest.Floor.Sequence || new PinnedObjects(owner.Keys, pins).Contains(sequence);
        }

        if (owner.Keys.TryParsePin(key, out string name, out long number))
        {
            ModelObject stored = world.Store.Find(key)!;
            return Array.Exists(pins, pin => pin.Name == name && pin.Number == number) ||
                PinCodec.Decode(stored.Data, owner.Keys.NamespaceId, name, number) is not { } pin ||
                stored.LastModified > pin.Deadline; // It keeps nothing, and stays like one that was released.
        }

        // The newest manifest and the one that stood when the window began are whole, older ones tombstones.
        return owner.Keys.TryParseManifest(key, out long generation)
            ? generation >= newest.Generation - 2 ||
                world.Store.Find(key)!.Data.Length == ManifestFormat.TombstoneLength
            : key == owner.Keys.Origin;
    }

    /// <summary>The tags of an incarnation, and the pins of copies that do share something with it.</summary>
    private static IEnumerable<Pin> FindPins(IncarnationHistory incarnation, IncarnationHistory[] living) =>
        incarnation.Pins.Where(known => known.Until is null).Select(known => known.Pin).Where(pin =>
            !PinNames.TryParseBranch(pin.Name, out Guid id) || living.Any(copy => copy.Keys.NamespaceId == id
                && FindManifests(copy).Any(manifest => manifest.Segments.Any(
                    segment => segment.Owner == incarnation.Keys.NamespaceId))));

    private static IEnumerable<Manifest> FindManifests(IncarnationHistory incarnation) =>
    [
        incarnation.Manifests[^1].Manifest,
        .. incarnation.Pins.Where(known => known.Until is null).Select(known => known.Pin.Manifest),
    ];
}
