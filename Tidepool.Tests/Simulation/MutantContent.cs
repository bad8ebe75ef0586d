using System.Buffers;
using System.Collections.Immutable;
using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Wal;

namespace Tidepool.Tests.Simulation;

/// <summary>Wrong content, with the right checksums.</summary>
internal static class MutantContent
{
    internal static byte[] Change(ProtocolMutant mutant, StoreName name, byte[] data, SimulationWorld world)
    {
        try
        {
            return name.IsLog ? ChangeEntry(mutant, name, data)
                : name.IsManifest ? ChangeManifest(mutant, name, data, world)
                : name.IsPin ? MutantPins.Change(mutant, name, data)
                : data;
        }
        catch (SegmentFormatException)
        {
            return data; // Changed before.
        }
    }

    private static byte[] ChangeEntry(ProtocolMutant mutant, StoreName name, byte[] data)
    {
        if (mutant == ProtocolMutant.EntryTorn)
        {
            return data[..(data.Length - 1)];
        }

        if (mutant is not (ProtocolMutant.EntryLosesABatch or ProtocolMutant.EntryHasABatchTwice or
            ProtocolMutant.EntryFollowsNothing))
        {
            return data;
        }

        WalEntry entry = WalCodec.Decode(data, name.Incarnation, name.Number);
        List<WalBatch> batches = [.. entry.Batches];
        ContentHash previous = entry.PreviousHash;
        switch (mutant)
        {
            case ProtocolMutant.EntryLosesABatch when batches.Count > 0:
                batches.RemoveAt(batches.Count - 1);
                break;
            case ProtocolMutant.EntryHasABatchTwice when batches.Count > 0:
                batches.Add(batches[0]);
                break;
            default:
                previous = default;
                break;
        }

        return WalCodec.Encode(
            entry.Kind, name.Incarnation, entry.WriterId, new LogPosition(name.Number - 1, previous), batches)
            .Content.ToArray();
    }

    private static byte[] ChangeManifest(ProtocolMutant mutant, StoreName name, byte[] data, SimulationWorld world)
    {
        if (mutant is < ProtocolMutant.ManifestLosesASegment or > ProtocolMutant.ManifestWithoutParent ||
            ManifestCodec.Decode(data, name.Incarnation, name.Number, out _) is not { } manifest)
        {
            return data;
        }

        ImmutableArray<SegmentEntry> segments = manifest.Segments;
        Manifest changed = mutant switch
        {
            ProtocolMutant.ManifestLosesASegment when segments.Length > 1 => WithSegments(segments.RemoveAt(0)),
            ProtocolMutant.ManifestLosesDeletions =>
                WithSegments([.. segments.Select(segment => segment with { Deletions = null })]),
            ProtocolMutant.ManifestLosesBatches => manifest with { Batches = BatchHistory.Empty },
            ProtocolMutant.ManifestFloorTooHigh => manifest with { Floor = MoveFloor(1) },
            ProtocolMutant.ManifestFloorTooLow when manifest.Floor.Sequence > 1 =>
                manifest with { Floor = MoveFloor(-1) },
            ProtocolMutant.ManifestWithoutParent => manifest with { ParentHash = default },
            _ => manifest,
        };
        return ManifestCodec.Encode(changed);

        Manifest WithSegments(ImmutableArray<SegmentEntry> kept) => manifest with
        {
            Segments = kept,
            Rows = kept.Aggregate(RowSum.Zero, (sum, segment) => sum + segment.LiveRows),
        };

        LogPosition MoveFloor(int by)
        {
            long sequence = manifest.Floor.Sequence + by;
            string key = new DatabaseKeys("").Data(name.Incarnation).LogEntry(sequence);
            return world.Store.Find(key) is { } entry
                ? WalCodec.Decode(entry.Data, name.Incarnation, sequence).Position
                : manifest.Floor;
        }
    }
}
