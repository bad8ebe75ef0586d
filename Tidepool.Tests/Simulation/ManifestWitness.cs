using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Tests.Simulation;

/// <summary>Holds every manifest to the log, to its parent and to what is stored, and every deletion to its window.
/// </summary>
internal sealed class ManifestWitness(SimulationWorld world)
{
    internal long Count { get; private set; }

    /// <summary>What the store's clock may be wrong by, as the protocol's slack allows.</summary>
    private TimeSpan Tolerance => 2 * world.MaxStoreLag;

    internal void OnPut(
        IncarnationHistory incarnation, string key, byte[] data, ModelObject? before, DateTimeOffset at)
    {
        if (!incarnation.Keys.TryParseManifest(key, out long generation) || IsOver(incarnation))
        {
            return; // What comes after the end of an incarnation is nobody's.
        }

        Manifest? manifest;
        try
        {
            manifest = ManifestCodec.Decode(data, incarnation.Keys.NamespaceId, generation, out _);
        }
        catch (SegmentFormatException fault)
        {
            world.Violate($"{key} was stored damaged: {fault.Message}");
            return;
        }

        if (manifest is null)
        {
            CheckBurial(incarnation, key, generation);
        }
        else if (before is not null)
        {
            world.Violate($"{key}, a manifest, was written over");
        }
        else if (generation > incarnation.Manifests.Count)
        {
            Check(incarnation, key, manifest);
            Adopt(incarnation, manifest, at);
        }
        else
        {
            world.Violate($"{key}, generation {generation}, was taken for the second time");
        }
    }

    internal void OnDeleted(
        IEnumerable<IncarnationHistory> all, IncarnationHistory incarnation, string key, ModelObject before)
    {
        foreach (IncarnationHistory copy in all.Where(other => other != incarnation && !IsOver(other)))
        {
            CheckUnneeded(copy, key);
        }

        if (!incarnation.IsShown)
        {
            CheckGivenUp(all, incarnation, key);
        }
        else if (!IsOver(incarnation))
        {
            CheckDeletion(incarnation, key, before);
        }
    }

    private void CheckDeletion(IncarnationHistory incarnation, string key, ModelObject before)
    {
        DateTimeOffset now = world.Store.Now;

        if (incarnation.Keys.TryParseLogEntry(key, out long sequence))
        {
            if (!incarnation.Manifests.Any(
                found => found.Manifest.Floor.Sequence >= sequence && now - found.At >= world.Window - Tolerance))
            {
                world.Violate($"{key} was deleted before its window");
            }
        }
        else if (incarnation.Keys.TryParseManifest(key, out _))
        {
            world.Violate($"{key}, a manifest of a living namespace, was deleted");
        }
        else if (incarnation.EverNeeded.Contains(key))
        {
            CheckUnneeded(incarnation, key);
        }
        else if (incarnation.Keys.TryParsePin(key, out _, out _))
        {
            world.Violate($"{key}, a pin of a living namespace, was deleted");
        }
        else if (now - before.LastModified < world.OrphanAge - Tolerance)
        {
            world.Violate($"{key}, in no manifest yet, was deleted after {now - before.LastModified}");
        }
    }

    /// <summary>Nobody can be relying on an object as a part of an incarnation.</summary>
    private void CheckUnneeded(IncarnationHistory incarnation, string key)
    {
        if (incarnation.Needed.Contains(key))
        {
            world.Violate($"{key} was deleted although the newest manifest names it");
        }
        else if (incarnation.UnneededSince.TryGetValue(key, out DateTimeOffset since) &&
            world.Store.Now - since < world.Window - Tolerance)
        {
            world.Violate($"{key} was deleted before its window");
        }
    }

    /// <summary>What is deleted of a copy that no record shows was begun so long ago that its maker has given up.
    /// </summary>
    private void CheckGivenUp(IEnumerable<IncarnationHistory> all, IncarnationHistory copy, string key)
    {
        string name = PinNames.ForBranch(copy.Keys.NamespaceId);
        DateTimeOffset? begun = all.SelectMany(found => found.Pins)
            .Where(pin => pin.Pin.Name == name).Min(pin => (DateTimeOffset?)pin.From);
        if (begun is null || world.Store.Now - begun < world.OrphanAge - Tolerance)
        {
            world.Violate($"{key} was deleted while its copy was being made");
        }
    }

    private bool IsOver(IncarnationHistory incarnation) =>
        incarnation.IsOver(world.Store.Now, world.Window - Tolerance);

    private void CheckBurial(IncarnationHistory incarnation, string key, long generation)
    {
        if (!incarnation.Manifests.Skip((int)generation).Any(
            found => world.Store.Now - found.At >= world.Window - Tolerance))
        {
            world.Violate($"{key} was made a tombstone before its window");
        }
    }

    private void Check(IncarnationHistory incarnation, string key, Manifest manifest)
    {
        Count++;
        Manifest? parent = incarnation.Manifests.Count == 0 ? null : incarnation.Manifests[^1].Manifest;
        long floor = manifest.Floor.Sequence;
        Expect(manifest.Generation == incarnation.Manifests.Count + 1, "its generation leaves a gap");
        Expect(manifest.ParentHash == (parent?.Hash ?? default), "its parent is not the manifest before it");
        Expect(floor >= (parent?.Floor ?? incarnation.Start).Sequence, "its floor went back");
        Expect(floor <= incarnation.Head.Sequence, "its floor is above the log");
        if (incarnation.Has(floor))
        {
            Expect(incarnation.HashOf(floor) == manifest.Floor.Hash, "its floor is not the log's entry");
            int expected = incarnation.DocumentsAt(floor).Count;
            bool isDrop = incarnation.IsDropped && floor == incarnation.Head.Sequence;
            Expect(isDrop || manifest.Rows.Rows == expected, $"{manifest.Rows.Rows} rows, expected {expected}");
        }

        RowSum live = manifest.Segments.Aggregate(RowSum.Zero, (sum, segment) => sum + segment.LiveRows);
        Expect(live == manifest.Rows, $"its segments hold {live}, it says {manifest.Rows}");
        foreach ((string name, long size) in NamedObjects(incarnation.Keys, manifest))
        {
            Expect(world.Store.Find(name)?.Data.Length == size, $"{name} is missing or of another size");
        }

        void Expect(bool holds, string fault)
        {
            if (!holds)
            {
                world.Violate($"{key}: {fault}");
            }
        }
    }

    private void Adopt(IncarnationHistory incarnation, Manifest manifest, DateTimeOffset at)
    {
        incarnation.Manifests.Add((manifest, at));
        HashSet<string> needed = [.. NamedObjects(incarnation.Keys, manifest).Select(named => named.Key)];
        foreach (string key in incarnation.Needed)
        {
            if (!needed.Contains(key))
            {
                incarnation.UnneededSince[key] = world.Store.Now;
            }
        }

        incarnation.Needed = needed;
        incarnation.EverNeeded.UnionWith(needed);
    }

    private static IEnumerable<(string Key, long Size)> NamedObjects(NamespaceKeys keys, Manifest manifest)
    {
        foreach (SegmentEntry segment in manifest.Segments)
        {
            yield return (segment.GetKey(keys), segment.SizeBytes);
            if (segment.Deletions is { } deletions)
            {
                yield return (keys.Deletions(segment.Id, deletions.Id), deletions.SizeBytes);
            }
        }

        foreach (LedgerEntry ledger in manifest.Batches.Ledgers)
        {
            yield return (keys.Ledger(ledger.Id), ledger.SizeBytes);
        }
    }
}
