using System.Collections.Immutable;
using Tidepool.Cleanup;
using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>Holds every pin to the log and to the manifests, and every deletion to the pins.</summary>
internal sealed class PinWitness(SimulationWorld world)
{
    internal void OnPut(
        IncarnationHistory incarnation,
        string key,
        byte[] data,
        ModelObject? before,
        Func<int, ImmutableSortedDictionary<long, ModelDocument>> documentsAt)
    {
        if (!incarnation.Keys.TryParsePin(key, out string name, out long number))
        {
            return;
        }

        Pin? pin;
        try
        {
            pin = PinCodec.Decode(data, incarnation.Keys.NamespaceId, name, number);
        }
        catch (SegmentFormatException fault)
        {
            world.Violate($"{key} was stored damaged: {fault.Message}");
            return;
        }

        PinHistory? known = incarnation.Pins.Find(found => found.Pin.Name == name && found.Pin.Number == number);
        if (pin is null)
        {
            if (known is not null)
            {
                known.Until ??= world.Store.Now;
            }
        }
        else if (before is not null)
        {
            world.Violate($"{key}, a pin, was written over by another");
        }
        else if (pin.Deadline is null || world.Store.Find(key)!.LastModified <= pin.Deadline)
        {
            Check(incarnation, key, pin, documentsAt);
        }
    }

    internal void OnDeleted(IncarnationHistory incarnation, string key)
    {
        if (incarnation.IsDropped || incarnation.Pins.Count == 0)
        {
            return; // Tags go with their namespace.
        }

        foreach (PinHistory known in incarnation.Pins.Where(pin => pin.Until is null))
        {
            var pinned = new PinnedObjects(incarnation.Keys, [known.Pin]);
            bool isLog = incarnation.Keys.TryParseLogEntry(key, out long sequence);
            if (isLog ? pinned.Contains(sequence) : pinned.Contains(key))
            {
                world.Violate($"{key} was deleted although pin '{known.Pin.Name}' keeps it");
            }
        }
    }

    private void Check(
        IncarnationHistory incarnation,
        string key,
        Pin pin,
        Func<int, ImmutableSortedDictionary<long, ModelDocument>> documentsAt)
    {
        long sequence = pin.Position.Sequence;
        long generation = pin.Manifest.Generation;
        bool isThere = sequence <= incarnation.Head.Sequence && generation <= incarnation.Manifests.Count;
        if (!isThere)
        {
            world.Violate($"{key} keeps sequence {sequence} and generation {generation}, which are yet to come");
            return;
        }

        int position = sequence == 0 ? incarnation.Beginning : incarnation.Positions[(int)sequence - 1];
        int expected = documentsAt(position).Count;
        if (sequence > 0 && incarnation.Hashes[(int)sequence - 1] != pin.Position.Hash)
        {
            world.Violate($"{key}: its position is not the log's entry");
        }

        if (pin.Rows.Rows != expected && !incarnation.IsDropped)
        {
            world.Violate($"{key}: {pin.Rows.Rows} rows, expected {expected}");
        }

        if (generation > 0 && incarnation.Manifests[(int)generation - 1].Manifest.Hash != pin.Manifest.Hash)
        {
            world.Violate($"{key}: its manifest is not generation {generation}");
        }

        incarnation.Pins.Add(new PinHistory(pin, position, world.Store.Now));
    }
}
