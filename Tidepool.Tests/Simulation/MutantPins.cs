using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>What is wrong with pins, and with what collectors are told of them.</summary>
internal static class MutantPins
{
    /// <summary>Wrong content, with the right checksums.</summary>
    internal static byte[] Change(ProtocolMutant mutant, StoreName name, byte[] data)
    {
        if (mutant == ProtocolMutant.PinTorn)
        {
            return data[..(data.Length - 1)];
        }

        return mutant switch
        {
            ProtocolMutant.PinLosesASegment when Decode(name, data) is { Manifest.Segments.Length: > 1 } pin =>
                PinCodec.Encode(pin with
                {
                    Manifest = pin.Manifest with
                    {
                        Segments = pin.Manifest.Segments.RemoveAt(0),
                        Rows = pin.Manifest.Rows - pin.Manifest.Segments[0].LiveRows,
                    },
                }),
            _ => data,
        };
    }

    /// <summary>What a listing shows.</summary>
    internal static IEnumerable<ObjectInfo> Filter(
        ProtocolMutant mutant,
        string prefix,
        IEnumerable<ObjectInfo> listed,
        SimulationWorld world,
        SimulationRandom random)
    {
        if (!prefix.EndsWith("/tag/", StringComparison.Ordinal))
        {
            return listed;
        }

        return mutant switch
        {
            ProtocolMutant.PinsIgnored => [],
            ProtocolMutant.PinListingStale =>
                listed.Where(info => world.Store.Now - info.LastModified > 3 * world.Window),
            ProtocolMutant.PinListingPartial => listed.Where(_ => random.IsOneIn(2)).ToArray(),
            _ => listed,
        };
    }

    /// <summary>The key of another pin of the same namespace; of none, if there is no other.</summary>
    internal static string FindOther(StoreName name, SimulationWorld world) =>
        world.Store.Keys.FirstOrDefault(key => key != name.Text && StoreName.Of(key).IsPin
            && key.AsSpan(0, 39).SequenceEqual(name.Text.AsSpan(0, 39))) ?? name.Text;

    private static Pin? Decode(StoreName name, byte[] data) => TryParse(name, out string pin, out long number)
        ? PinCodec.Decode(data, GetId(name), pin, number) : null;

    private static bool TryParse(StoreName name, out string pin, out long number) =>
        new DatabaseKeys("").Data(GetId(name)).TryParsePin(name.Text, out pin, out number);

    private static Guid GetId(StoreName name) => Guid.Parse(name.Text.AsSpan(2, 36));
}
