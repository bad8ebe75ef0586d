using Tidepool.Cleanup;
using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Tests.Simulation;

/// <summary>Holds every pin to the log and to the manifests, and every deletion to the pins.</summary>
internal sealed class PinWitness(SimulationWorld world)
{
    internal void OnPut(IncarnationHistory incarnation, string key, byte[] data, ModelObject? before)
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
            Check(incarnation, key, pin);
        }
    }

    internal void OnDeleted(
        IEnumerable<IncarnationHistory> all, IncarnationHistory incarnation, string key)
    {
        bool isLog = incarnation.Keys.TryParseLogEntry(key, out long sequence);
        foreach (IncarnationHistory other in all)
        {
            foreach (Pin pin in other.Pins.Where(known => known.Until is null).Select(known => known.Pin))
            {
                var pinned = new PinnedObjects(other.Keys, [pin]);
                bool isKept = other == incarnation && isLog ? pinned.Contains(sequence) : pinned.Contains(key);
                if (isKept && (!other.IsDropped || PinNames.IsOwn(pin.Name)))
                {
                    world.Violate($"{key} was deleted although pin '{pin.Name}' keeps it");
                }
            }
        }
    }

    private void Check(IncarnationHistory incarnation, string key, Pin pin)
    {
        long sequence = pin.Position.Sequence;
        long generation = pin.Manifest.Generation;
        bool isThere = incarnation.Has(sequence) && generation <= incarnation.Manifests.Count;
        if (!isThere)
        {
            world.Violate($"{key} keeps sequence {sequence} and generation {generation}, which are not there");
            return;
        }

        int expected = incarnation.DocumentsAt(sequence).Count;
        if (incarnation.HashOf(sequence) != pin.Position.Hash)
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

        incarnation.Pins.Add(new PinHistory(pin, incarnation.PositionOf(sequence), world.Store.Now));
    }
}
