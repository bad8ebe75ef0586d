using System.Collections.Immutable;
using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>Holds every manifest to the log, to its parent and to what is stored, and every deletion to its window.
/// </summary>
internal sealed class ManifestWitness(SimulationWorld world)
{
    internal long Count { get; private set; }

    /// <summary>What the store's clock may be wrong by, as the protocol's slack allows.</summary>
    private TimeSpan Tolerance => 2 * world.MaxStoreLag;

    internal void OnPut(
        IncarnationHistory incarnation,
        string key,
        byte[] data,
        ModelObject? before,
        Func<int, ImmutableSortedDictionary<long, ModelDocument>> documentsAt)
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
            Check(incarnation, key, manifest, documentsAt);
            Adopt(incarnation, manifest);
        }
        else
        {
            world.Violate($"{key}, generation {generation}, was taken for the second time");
        }
    }

    internal void OnDeleted(IncarnationHistory incarnation, string key, ModelObject before)
    {
        DateTimeOffset now = world.Store.Now;
        if (IsOver(incarnation))
        {
            return;
        }

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
        else if (incarnation.Needed.Contains(key))
        {
            world.Violate($"{key} was deleted although the newest manifest names it");
        }
        else if (incarnation.EverNeeded.Contains(key))
        {
            if (now - incarnation.UnneededSince[key] < world.Window - Tolerance)
            {
                world.Violate($"{key} was deleted before its window");
            }
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

    /// <summary>Whether it was dropped so long ago that its data may be deleted.</summary>
    private bool IsOver(IncarnationHistory incarnation) =>
        incarnation.DropRecordedAt is { } dropped && world.Store.Now - dropped >= world.Window - Tolerance;

    private void CheckBurial(IncarnationHistory incarnation, string key, long generation)
    {
        if (!incarnation.Manifests.Skip((int)generation).Any(
            found => world.Store.Now - found.At >= world.Window - Tolerance))
        {
            world.Violate($"{key} was made a tombstone before its window");
        }
    }

    private void Check(
        IncarnationHistory incarnation,
        string key,
        Manifest manifest,
        Func<int, ImmutableSortedDictionary<long, ModelDocument>> documentsAt)
    {
        Count++;
        Manifest? parent = incarnation.Manifests.Count == 0 ? null : incarnation.Manifests[^1].Manifest;
        long floor = manifest.Floor.Sequence;
        Expect(manifest.Generation == incarnation.Manifests.Count + 1, "its generation leaves a gap");
        Expect(manifest.ParentHash == (parent?.Hash ?? default), "its parent is not the manifest before it");
        Expect(floor >= (parent?.Floor.Sequence ?? 0), "its floor went back");
        Expect(floor <= incarnation.Head.Sequence, "its floor is above the log");
        if (floor > 0 && floor <= incarnation.Head.Sequence)
        {
            Expect(incarnation.Hashes[(int)floor - 1] == manifest.Floor.Hash, "its floor is not the log's entry");
            int expected = documentsAt(incarnation.Positions[(int)floor - 1]).Count;
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

    private void Adopt(IncarnationHistory incarnation, Manifest manifest)
    {
        incarnation.Manifests.Add((manifest, world.Store.Now));
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
            yield return (keys.Segment(segment.Id), segment.SizeBytes);
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
