using System.Buffers;
using System.Collections.Immutable;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>Manifests and their tombstones as bytes.</summary>
internal static class ManifestCodec
{
    /// <summary>The bytes to store.</summary>
    internal static byte[] Encode(Manifest manifest)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        var writer = new SpanWriter(buffer);
        WritePrologue(ref writer, ManifestFormat.ManifestKind, manifest.NamespaceId, manifest.Generation);
        writer.WriteUInt128(manifest.ParentHash.Value);
        writer.WriteGuid(manifest.CommitId);
        writer.WriteInt64(manifest.Floor.Sequence);
        writer.WriteUInt128(manifest.Floor.Hash.Value);
        writer.WriteInt64(ToTicks(manifest.ParentTime));
        writer.WriteInt64(manifest.Rows.Rows);
        writer.WriteUInt128(manifest.Rows.Identity);
        SchemaCodec.Encode(ref writer, manifest.Schema);
        WriteSegments(ref writer, manifest.Segments);
        WriteGraveyard(ref writer, manifest.Graveyard);
        WriteBatches(ref writer, manifest.Batches);
        return SealedObject.SealWithLength(ref writer, buffer);
    }

    internal static byte[] EncodeTombstone(Guid namespaceId, long generation, long successor)
    {
        var buffer = new ArrayBufferWriter<byte>(ManifestFormat.TombstoneLength);
        var writer = new SpanWriter(buffer);
        WritePrologue(ref writer, ManifestFormat.TombstoneKind, namespaceId, generation);
        writer.WriteInt64(successor);
        return SealedObject.SealWithLength(ref writer, buffer);
    }

    /// <summary>Reads what is under a manifest's key.</summary>
    /// <param name="data">The whole object.</param>
    /// <param name="namespaceId">The incarnation it must belong to.</param>
    /// <param name="generation">The generation it must be.</param>
    /// <param name="successor">For a tombstone, a newer generation that was stored when it was written; else 0.</param>
    /// <returns>The manifest, or null for a tombstone.</returns>
    /// <exception cref="SegmentFormatException">The bytes are damaged, or are not this manifest.</exception>
    internal static Manifest? Decode(ReadOnlySpan<byte> data, Guid namespaceId, long generation, out long successor)
    {
        SpanReader reader = SealedObject.Open(
            data, ManifestFormat.Magic, ManifestFormat.OldestReadableVersion, ManifestFormat.Version, "a manifest");
        byte kind = SealedObject.ReadKind(ref reader);
        Guid foundId = reader.ReadGuid();
        long foundGeneration = reader.ReadInt64();
        if (foundId != namespaceId || foundGeneration != generation)
        {
            throw new SegmentFormatException(
                $"this is generation {foundGeneration} of {foundId}, expected {generation} of {namespaceId}",
                ManifestFormat.PrologueLength);
        }

        successor = 0;
        if (kind == ManifestFormat.TombstoneKind)
        {
            successor = reader.ReadInt64();
            reader.ExpectEnd();
            return successor > generation
                ? null
                : throw reader.Fault($"the successor of generation {generation} is {successor}");
        }

        Manifest manifest = ReadManifest(ref reader, namespaceId, generation);
        reader.ExpectEnd();
        if (ManifestRules.FindFault(manifest) is { } fault)
        {
            throw reader.Fault(fault);
        }

        return manifest with { Hash = generation == 0 ? default : ContentHash.Compute(data) };
    }

    private static void WritePrologue(ref SpanWriter writer, byte kind, Guid namespaceId, long generation)
    {
        SealedObject.WritePrologue(ref writer, ManifestFormat.Magic, ManifestFormat.Version, kind);
        writer.WriteGuid(namespaceId);
        writer.WriteInt64(generation);
    }

    private static Manifest ReadManifest(ref SpanReader reader, Guid namespaceId, long generation) => new()
    {
        NamespaceId = namespaceId,
        Generation = generation,
        ParentHash = new ContentHash(reader.ReadUInt128()),
        CommitId = reader.ReadGuid(),
        Floor = new LogPosition(reader.ReadInt64(), new ContentHash(reader.ReadUInt128())),
        ParentTime = ReadTime(ref reader),
        Rows = new RowSum(reader.ReadInt64(), reader.ReadUInt128()),
        Schema = SchemaCodec.Decode(ref reader),
        Segments = ReadSegments(ref reader),
        Graveyard = ReadGraveyard(ref reader),
        Batches = ReadBatches(ref reader),
    };

    private static void WriteSegments(ref SpanWriter writer, ImmutableArray<SegmentEntry> segments)
    {
        writer.WriteVarUInt64((ulong)segments.Length);
        foreach (SegmentEntry segment in segments)
        {
            writer.WriteGuid(segment.Id);
            writer.WriteVarUInt64((ulong)segment.SizeBytes);
            WriteRows(ref writer, segment.Rows);
            writer.WriteVarUInt64((ulong)segment.FirstSequence);
            writer.WriteVarUInt64((ulong)segment.LastSequence);
            writer.WriteByte((byte)(
                (segment.Deletions is null ? 0 : ManifestFormat.DeletionsFlag)
                | (segment.Opening is null ? 0 : ManifestFormat.OpeningFlag)
                | (segment.Owner is null ? 0 : ManifestFormat.OwnerFlag)));
            if (segment.Deletions is { } deletions)
            {
                writer.WriteGuid(deletions.Id);
                writer.WriteVarUInt64((ulong)deletions.SizeBytes);
                WriteRows(ref writer, deletions.Rows);
            }

            if (segment.Opening is { } opening)
            {
                WriteRange(ref writer, opening.Padding);
                WriteRange(ref writer, opening.Cells);
            }

            if (segment.Owner is { } owner)
            {
                writer.WriteGuid(owner);
            }
        }
    }

    private static ImmutableArray<SegmentEntry> ReadSegments(ref SpanReader reader)
    {
        int count = reader.ReadCount(16 + 1 + 17 + 1 + 1 + 1, "number of segments");
        ImmutableArray<SegmentEntry>.Builder segments = ImmutableArray.CreateBuilder<SegmentEntry>(count);
        for (int i = 0; i < count; i++)
        {
            segments.Add(ReadSegment(ref reader));
        }

        return segments.MoveToImmutable();
    }

    private static SegmentEntry ReadSegment(ref SpanReader reader)
    {
        var segment = new SegmentEntry
        {
            Id = reader.ReadGuid(),
            SizeBytes = ReadSize(ref reader),
            Rows = ReadRows(ref reader),
            FirstSequence = ReadSize(ref reader),
            LastSequence = ReadSize(ref reader),
        };
        int flags = reader.ReadByte();
        const int KnownFlags = ManifestFormat.DeletionsFlag | ManifestFormat.OpeningFlag | ManifestFormat.OwnerFlag;
        if ((flags & ~KnownFlags) != 0)
        {
            throw reader.Fault($"flags {flags} of a segment are unknown here");
        }

        return segment with
        {
            Deletions = (flags & ManifestFormat.DeletionsFlag) == 0
                ? null
                : new DeletionEntry(reader.ReadGuid(), ReadSize(ref reader), ReadRows(ref reader)),
            Opening = (flags & ManifestFormat.OpeningFlag) == 0
                ? null
                : new SegmentOpening(ReadRange(ref reader), ReadRange(ref reader)),
            Owner = (flags & ManifestFormat.OwnerFlag) == 0 ? null : reader.ReadGuid(),
        };
    }

    private static void WriteGraveyard(ref SpanWriter writer, ImmutableArray<GraveyardEntry> graves)
    {
        writer.WriteVarUInt64((ulong)graves.Length);
        foreach (GraveyardEntry grave in graves)
        {
            writer.WriteByte((byte)grave.Kind);
            writer.WriteGuid(grave.Id);
            writer.WriteGuid(grave.DeletionsId);
            writer.WriteVarUInt64((ulong)grave.SinceGeneration);
            writer.WriteInt64(ToTicks(grave.Since));
        }
    }

    private static ImmutableArray<GraveyardEntry> ReadGraveyard(ref SpanReader reader)
    {
        int count = reader.ReadCount(1 + 16 + 16 + 1 + 8, "number of graveyard entries");
        ImmutableArray<GraveyardEntry>.Builder graves = ImmutableArray.CreateBuilder<GraveyardEntry>(count);
        for (int i = 0; i < count; i++)
        {
            var kind = (GraveKind)reader.ReadByte();
            if (!Enum.IsDefined(kind))
            {
                throw reader.Fault($"graveyard kind {(byte)kind} is unknown");
            }

            graves.Add(new GraveyardEntry(
                kind, reader.ReadGuid(), reader.ReadGuid(), ReadSize(ref reader), ReadTime(ref reader)));
        }

        return graves.MoveToImmutable();
    }

    private static void WriteBatches(ref SpanWriter writer, BatchHistory history)
    {
        writer.WriteVarUInt64((ulong)history.CompleteSince);
        writer.WriteVarUInt64((ulong)history.Ledgers.Length);
        foreach (LedgerEntry ledger in history.Ledgers)
        {
            writer.WriteGuid(ledger.Id);
            writer.WriteVarUInt64((ulong)ledger.SizeBytes);
            writer.WriteVarUInt64((ulong)ledger.Count);
            writer.WriteVarUInt64((ulong)ledger.FirstSequence);
            writer.WriteVarUInt64((ulong)ledger.LastSequence);
            writer.WriteInt64(ToTicks(ledger.Time));
        }

        writer.WriteVarUInt64((ulong)history.Recent.Length);
        (long sequence, long time) = (0, 0);
        foreach (ConsumedBatch batch in history.Recent)
        {
            writer.WriteGuid(batch.Id);
            writer.WriteVarInt64(batch.Sequence - sequence);
            writer.WriteVarInt64(ToTicks(batch.Time) - time);
            (sequence, time) = (batch.Sequence, ToTicks(batch.Time));
        }
    }

    private static BatchHistory ReadBatches(ref SpanReader reader)
    {
        long completeSince = ReadSize(ref reader);
        int ledgerCount = reader.ReadCount(16 + 1 + 1 + 1 + 1 + 8, "number of ledgers");
        ImmutableArray<LedgerEntry>.Builder ledgers = ImmutableArray.CreateBuilder<LedgerEntry>(ledgerCount);
        for (int i = 0; i < ledgerCount; i++)
        {
            ledgers.Add(new LedgerEntry(
                reader.ReadGuid(),
                ReadSize(ref reader),
                reader.ReadVarInt32(int.MaxValue, "number of batches in a ledger"),
                ReadSize(ref reader),
                ReadSize(ref reader),
                ReadTime(ref reader)));
        }

        int count = reader.ReadCount(16 + 1 + 1, "number of recent batches");
        ImmutableArray<ConsumedBatch>.Builder recent = ImmutableArray.CreateBuilder<ConsumedBatch>(count);
        (long sequence, long time) = (0, 0);
        for (int i = 0; i < count; i++)
        {
            Guid id = reader.ReadGuid();
            sequence = unchecked(sequence + reader.ReadVarInt64());
            time = unchecked(time + reader.ReadVarInt64());
            recent.Add(new ConsumedBatch(id, sequence, ToTime(ref reader, time)));
        }

        return new BatchHistory(completeSince, ledgers.MoveToImmutable(), recent.MoveToImmutable());
    }

    private static void WriteRange(ref SpanWriter writer, ByteRange range)
    {
        writer.WriteVarUInt64((ulong)range.Offset);
        writer.WriteVarUInt64((ulong)range.Length);
    }

    private static ByteRange ReadRange(ref SpanReader reader) => new(ReadSize(ref reader), ReadSize(ref reader));

    private static void WriteRows(ref SpanWriter writer, RowSum rows)
    {
        writer.WriteVarUInt64((ulong)rows.Rows);
        writer.WriteUInt128(rows.Identity);
    }

    private static RowSum ReadRows(ref SpanReader reader) => new(ReadSize(ref reader), reader.ReadUInt128());

    private static long ReadSize(ref SpanReader reader)
    {
        ulong value = reader.ReadVarUInt64();
        return value <= long.MaxValue ? (long)value : throw reader.Fault($"{value} is out of range");
    }

    private static long ToTicks(DateTimeOffset? time) => time?.UtcTicks ?? 0;

    private static DateTimeOffset? ReadTime(ref SpanReader reader) => ToTime(ref reader, reader.ReadInt64());

    private static DateTimeOffset? ToTime(ref SpanReader reader, long ticks) => ticks switch
    {
        0 => null,
        > 0 when ticks <= DateTimeOffset.MaxValue.Ticks => new DateTimeOffset(ticks, TimeSpan.Zero),
        _ => throw reader.Fault($"{ticks} is no time"),
    };
}
