using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Tidepool.Index.Binary;

namespace Tidepool.Index.Segments;

/// <summary>The head of a segment as bytes: fixed part, directory, fields, name, zeros, checksum.</summary>
internal static class SegmentHeadCodec
{
    /// <summary>Bytes that <see cref="Decode"/> needs to see to learn how long the head is.</summary>
    internal const int PrefixSizeBytes = SegmentFormat.FixedSizeBytes;

    private const int NamespaceOffset = SegmentFormat.HeaderSizeBytes + (2 * sizeof(ushort)) + (2 * sizeof(uint));

    /// <summary>Size of a head with so many sections; it does not depend on where they are.</summary>
    internal static int GetSizeBytes(
        SegmentIdentity identity, ImmutableArray<SegmentVectorField> fields, int sectionCount)
    {
        ArrayBufferWriter<byte> tail = new();
        WriteTail(tail, fields, identity.ObjectName);
        long sizeBytes = SegmentFormat.Align(
            SegmentFormat.FixedSizeBytes
            + ((long)sectionCount * SegmentFormat.DirectoryEntrySizeBytes)
            + tail.WrittenCount
            + SegmentFormat.ChecksumSizeBytes);
        return sizeBytes <= SegmentFormat.MaxHeadSizeBytes
            ? (int)sizeBytes
            : throw new ArgumentException($"The head of a segment would take {sizeBytes} bytes; the most is "
                + $"{SegmentFormat.MaxHeadSizeBytes}.", nameof(fields));
    }

    internal static byte[] Encode(SegmentHeader header)
    {
        int sizeBytes = GetSizeBytes(header.Identity, header.Fields, header.Sections.Length);
        ArrayBufferWriter<byte> output = new(sizeBytes);
        WriteFixedPart(output, header, sizeBytes);
        WriteDirectory(output, header.Sections);
        WriteTail(output, header.Fields, header.Identity.ObjectName);

        byte[] head = new byte[sizeBytes];
        output.WrittenSpan.CopyTo(head);
        int checksumOffset = sizeBytes - SegmentFormat.ChecksumSizeBytes;
        uint checksum = Crc32C.Compute(head.AsSpan(0, checksumOffset));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(checksumOffset), checksum);
        return head;
    }

    /// <summary>The head of the same segment in another incarnation of a namespace.</summary>
    /// <param name="head">A sound head; parts of it may be of a later minor version.</param>
    /// <param name="namespaceId">The incarnation.</param>
    internal static byte[] WithNamespace(ReadOnlySpan<byte> head, Guid namespaceId)
    {
        byte[] moved = head.ToArray();
        namespaceId.TryWriteBytes(moved.AsSpan(NamespaceOffset), bigEndian: true, out _);
        int checksumOffset = moved.Length - SegmentFormat.ChecksumSizeBytes;
        BinaryPrimitives.WriteUInt32LittleEndian(
            moved.AsSpan(checksumOffset), Crc32C.Compute(moved.AsSpan(0, checksumOffset)));
        return moved;
    }

    /// <summary>Decodes and checks the head at the start of an object's bytes.</summary>
    /// <exception cref="SegmentFormatException">The bytes are not a segment, or not all of one.</exception>
    internal static SegmentHeader Decode(ReadOnlySpan<byte> objectBytes)
    {
        ReadOnlySpan<byte> head = CheckEnvelope(objectBytes);
        SpanReader reader = new(head);
        reader.Skip(2 * sizeof(uint));
        int rowCount = ReadRowCount(ref reader, "vector_count", SegmentFormat.MaxRowCount);
        uint dimensions = reader.ReadUInt32();
        SegmentFlags flags = (SegmentFlags)reader.ReadUInt32();
        Span<ulong> roadmap = stackalloc ulong[6];
        foreach (ref ulong value in roadmap)
        {
            value = reader.ReadUInt64();
        }

        int minorVersion = reader.ReadUInt16();
        int fixedSizeBytes = reader.ReadUInt16();
        reader.Skip(sizeof(uint));
        int documentCount = ReadRowCount(ref reader, "document_count", rowCount);
        Guid namespaceId = reader.ReadGuid();
        Guid segmentId = reader.ReadGuid();
        long firstSequence = reader.ReadInt64();
        long lastSequence = reader.ReadInt64();
        UInt128 rowSum = reader.ReadUInt128();
        long minIntegerId = reader.ReadInt64();
        long maxIntegerId = reader.ReadInt64();
        ulong objectLength = reader.ReadUInt64();
        ulong blockTableOffset = reader.ReadUInt64();
        int sectionCount = reader.ReadUInt16();
        int fieldCount = reader.ReadUInt16();
        if (minorVersion == SegmentFormat.MinorVersion)
        {
            ExpectZeros(ref reader, fixedSizeBytes - reader.Position);
        }
        else
        {
            reader.Skip(fixedSizeBytes - reader.Position);
        }

        if (objectLength != (ulong)objectBytes.Length || blockTableOffset > objectLength)
        {
            throw new SegmentFormatException(
                $"the head says {objectLength} bytes with the block table at {blockTableOffset}, "
                + $"the object has {objectBytes.Length}", 0);
        }

        ImmutableArray<SegmentSection> sections = ReadDirectory(ref reader, sectionCount, (long)objectLength);
        ImmutableArray<SegmentVectorField> fields = ReadFields(ref reader, fieldCount);
        string objectName = reader.ReadString("the object name");
        ExpectZeros(ref reader, reader.Remaining);

        SegmentHeader header = new()
        {
            MinorVersion = minorVersion,
            Identity = new SegmentIdentity(namespaceId, segmentId, objectName),
            Flags = flags,
            RowCount = rowCount,
            DocumentCount = documentCount,
            FirstSequence = firstSequence,
            LastSequence = lastSequence,
            RowSum = rowSum,
            MinIntegerId = minIntegerId,
            MaxIntegerId = maxIntegerId,
            Fields = fields,
            Sections = sections,
            BlockTableOffset = (long)blockTableOffset,
        };
        SegmentHeadRules.Check(header, head.Length + SegmentFormat.ChecksumSizeBytes);
        CheckRoadmapHeader(header, dimensions, roadmap);
        return header;
    }

    private static void WriteFixedPart(IBufferWriter<byte> output, SegmentHeader header, int headSizeBytes)
    {
        SpanWriter writer = new(output);
        writer.WriteUInt32(SegmentFormat.Magic);
        writer.WriteUInt32(SegmentFormat.Version);
        writer.WriteInt32(header.RowCount);
        writer.WriteUInt32(GetDimensions(header));
        writer.WriteUInt32((uint)header.Flags);
        Span<ulong> roadmap = stackalloc ulong[6];
        GetRoadmapOffsets(header, roadmap);
        foreach (ulong value in roadmap)
        {
            writer.WriteUInt64(value);
        }

        writer.WriteUInt16((ushort)header.MinorVersion);
        writer.WriteUInt16(SegmentFormat.FixedSizeBytes);
        writer.WriteInt32(headSizeBytes);
        writer.WriteInt32(header.DocumentCount);
        writer.WriteGuid(header.Identity.NamespaceId);
        writer.WriteGuid(header.Identity.SegmentId);
        writer.WriteInt64(header.FirstSequence);
        writer.WriteInt64(header.LastSequence);
        writer.WriteUInt128(header.RowSum);
        writer.WriteInt64(header.MinIntegerId);
        writer.WriteInt64(header.MaxIntegerId);
        writer.WriteInt64(header.ObjectLength);
        writer.WriteInt64(header.BlockTableOffset);
        writer.WriteUInt16((ushort)header.Sections.Length);
        writer.WriteUInt16((ushort)header.Fields.Length);
        writer.WriteBytes(new byte[SegmentFormat.ReservedSizeBytes]);
        writer.Flush();
    }

    private static void WriteDirectory(IBufferWriter<byte> output, ImmutableArray<SegmentSection> sections)
    {
        SpanWriter writer = new(output);
        foreach (SegmentSection section in sections)
        {
            writer.WriteUInt16((ushort)section.Kind);
            writer.WriteUInt16((ushort)(section.IsSkippable ? SegmentFormat.SkippableFlag : 0));
            writer.WriteUInt16((ushort)section.Field);
            writer.WriteUInt16(0);
            writer.WriteInt64(section.Offset);
            writer.WriteInt64(section.Length);
        }

        writer.Flush();
    }

    private static void WriteTail(
        IBufferWriter<byte> output, ImmutableArray<SegmentVectorField> fields, string objectName)
    {
        SpanWriter writer = new(output);
        foreach (SegmentVectorField field in fields)
        {
            writer.WriteInt32(field.Dimensions);
            writer.WriteString(field.Name);
        }

        writer.WriteString(objectName);
        writer.Flush();
    }

    /// <summary>Checks magic, version, size and checksum; returns the head without its checksum.</summary>
    private static ReadOnlySpan<byte> CheckEnvelope(ReadOnlySpan<byte> objectBytes)
    {
        if (objectBytes.Length < PrefixSizeBytes)
        {
            throw new SegmentFormatException(
                $"a segment has at least {PrefixSizeBytes} bytes, this object {objectBytes.Length}",
                objectBytes.Length);
        }

        SpanReader reader = new(objectBytes);
        uint magic = reader.ReadUInt32();
        if (magic != SegmentFormat.Magic)
        {
            throw new SegmentFormatException($"magic is {magic:X8}, that of a segment {SegmentFormat.Magic:X8}", 0);
        }

        uint version = reader.ReadUInt32();
        if (version != SegmentFormat.Version)
        {
            throw new SegmentFormatException(
                $"format version is {version}; this program reads {SegmentFormat.Version}", sizeof(uint));
        }

        reader.Skip(SegmentFormat.HeaderSizeBytes - reader.Position + sizeof(ushort));
        int fixedSizeBytes = reader.ReadUInt16();
        uint headSizeBytes = reader.ReadUInt32();
        if (headSizeBytes > Math.Min(objectBytes.Length, SegmentFormat.MaxHeadSizeBytes)
            || headSizeBytes % SegmentFormat.AlignmentBytes != 0
            || fixedSizeBytes < SegmentFormat.FixedSizeBytes
            || fixedSizeBytes + SegmentFormat.ChecksumSizeBytes > headSizeBytes)
        {
            throw new SegmentFormatException(
                $"a head of {headSizeBytes} bytes, {fixedSizeBytes} of them fixed, cannot be in an object of "
                + $"{objectBytes.Length}", SegmentFormat.HeaderSizeBytes);
        }

        int checksumOffset = (int)headSizeBytes - SegmentFormat.ChecksumSizeBytes;
        ReadOnlySpan<byte> head = objectBytes[..checksumOffset];
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(objectBytes[checksumOffset..]);
        uint computed = Crc32C.Compute(head);
        return stored == computed
            ? head
            : throw new SegmentFormatException(
                $"the head's checksum is {stored:X8}, its bytes give {computed:X8}", checksumOffset);
    }

    private static int ReadRowCount(ref SpanReader reader, string name, int max)
    {
        long offset = reader.Offset;
        uint count = reader.ReadUInt32();
        return count >= 1 && count <= max
            ? (int)count
            : throw new SegmentFormatException($"{name} is {count}, but must be 1 to {max}", offset);
    }

    private static ImmutableArray<SegmentSection> ReadDirectory(ref SpanReader reader, int count, long objectLength)
    {
        if (count > reader.Remaining / SegmentFormat.DirectoryEntrySizeBytes)
        {
            throw reader.Fault($"a directory of {count} entries does not fit into the head");
        }

        ImmutableArray<SegmentSection>.Builder sections = ImmutableArray.CreateBuilder<SegmentSection>(count);
        for (int entry = 0; entry < count; entry++)
        {
            long start = reader.Offset;
            SectionKind kind = (SectionKind)reader.ReadUInt16();
            int flags = reader.ReadUInt16();
            int field = reader.ReadUInt16();
            int reserved = reader.ReadUInt16();
            ulong offset = reader.ReadUInt64();
            ulong length = reader.ReadUInt64();
            if ((flags & ~SegmentFormat.SkippableFlag) != 0 || reserved != 0
                || offset > (ulong)objectLength || length > (ulong)objectLength || length == 0)
            {
                throw new SegmentFormatException(
                    $"directory entry {entry} (flags {flags}, reserved {reserved}, offset {offset}, length {length}) "
                    + $"is impossible in an object of {objectLength} bytes", start);
            }

            bool isSkippable = (flags & SegmentFormat.SkippableFlag) != 0;
            sections.Add(new SegmentSection(kind, isSkippable, field, (long)offset, (long)length));
        }

        return sections.MoveToImmutable();
    }

    private static ImmutableArray<SegmentVectorField> ReadFields(ref SpanReader reader, int count)
    {
        ImmutableArray<SegmentVectorField>.Builder fields = ImmutableArray.CreateBuilder<SegmentVectorField>();
        for (int field = 0; field < count; field++)
        {
            long start = reader.Offset;
            uint dimensions = reader.ReadUInt32();
            if (dimensions is 0 or > int.MaxValue)
            {
                throw new SegmentFormatException($"vector field {field} has {dimensions} dimensions", start);
            }

            fields.Add(new SegmentVectorField(reader.ReadString("a vector field's name"), (int)dimensions));
        }

        return fields.ToImmutable();
    }

    private static void ExpectZeros(ref SpanReader reader, int length)
    {
        long start = reader.Offset;
        if (reader.ReadBytes(length).ContainsAnyExcept((byte)0))
        {
            throw new SegmentFormatException($"one of {length} reserved bytes is not zero", start);
        }
    }

    private static void CheckRoadmapHeader(SegmentHeader header, uint dimensions, ReadOnlySpan<ulong> stored)
    {
        Span<ulong> expected = stackalloc ulong[6];
        GetRoadmapOffsets(header, expected);
        if (dimensions != GetDimensions(header) || !stored.SequenceEqual(expected))
        {
            throw new SegmentFormatException(
                "dimensions or offsets of the header differ from the directory", 3 * sizeof(uint));
        }
    }

    private static uint GetDimensions(SegmentHeader header) =>
        header.Fields.IsEmpty ? 0 : (uint)header.Fields[0].Dimensions;

    /// <summary>Offsets of norms, vectors, ids, string table and attributes, and the length of the last; 0 for
    /// none.</summary>
    private static void GetRoadmapOffsets(SegmentHeader header, Span<ulong> offsets)
    {
        SegmentSection? attributes = header.Find(SectionKind.Attributes);
        offsets[0] = (ulong)(header.Find(SectionKind.Norms, 0)?.Offset ?? 0);
        offsets[1] = (ulong)(header.Find(SectionKind.Vectors, 0)?.Offset ?? 0);
        offsets[2] = (ulong)(header.Find(SectionKind.Ids)?.Offset ?? 0);
        offsets[3] = (ulong)(header.Find(SectionKind.StringTable)?.Offset ?? 0);
        offsets[4] = (ulong)(attributes?.Offset ?? 0);
        offsets[5] = (ulong)(attributes?.Length ?? 0);
    }
}
