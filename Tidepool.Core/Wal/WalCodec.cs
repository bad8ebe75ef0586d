using System.Buffers.Binary;
using Tidepool.Index.Binary;
using Tidepool.Model;

namespace Tidepool.Wal;

/// <summary>Log entries as bytes.</summary>
internal static class WalCodec
{
    /// <summary>Makes the entry that follows <paramref name="previous"/>.</summary>
    internal static EncodedEntry Encode(
        WalEntryKind kind, Guid namespaceId, Guid writerId, LogPosition previous, IReadOnlyList<WalBatch> batches)
    {
        int payloadLength = GetPayloadLength(batches);
        byte[] header = new byte[WalFormat.GetHeaderLength(batches.Count, payloadLength)];
        WalFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), WalFormat.Version);
        header[WalFormat.KindOffset] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(WalFormat.HeaderLengthOffset), header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(WalFormat.BatchCountOffset), batches.Count);
        namespaceId.TryWriteBytes(header.AsSpan(WalFormat.NamespaceIdOffset), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(WalFormat.SequenceOffset), previous.Sequence + 1);
        writerId.TryWriteBytes(header.AsSpan(WalFormat.WriterIdOffset), bigEndian: true, out _);
        BinaryPrimitives.WriteUInt128LittleEndian(
            header.AsSpan(WalFormat.PreviousHashOffset), previous.Hash.Value);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(WalFormat.PayloadLengthOffset), payloadLength);
        int tables = WriteBatchTable(header, batches);
        WriteBlockChecksums(header.AsSpan(tables, header.Length - tables - WalFormat.ChecksumLength), batches);
        int end = header.Length - WalFormat.ChecksumLength;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(end), Crc32C.Compute(header.AsSpan(0, end)));

        var entry = new WalEntry
        {
            Kind = kind,
            NamespaceId = namespaceId,
            Position = new LogPosition(previous.Sequence + 1, ContentHash.Compute(header)),
            PreviousHash = previous.Hash,
            WriterId = writerId,
            Batches = batches,
            SizeBytes = header.Length + (long)payloadLength,
        };
        return new EncodedEntry(entry, PayloadPart.Join(header, batches));
    }

    /// <summary>Reads an entry in place: its payloads are slices of <paramref name="data"/>.</summary>
    /// <param name="data">The whole object.</param>
    /// <param name="namespaceId">The incarnation it must belong to.</param>
    /// <param name="sequence">The slot it must belong to.</param>
    /// <exception cref="SegmentFormatException">The bytes are damaged, or are not this entry.</exception>
    internal static WalEntry Decode(ReadOnlyMemory<byte> data, Guid namespaceId, long sequence)
    {
        var reader = new SpanReader(data.Span);
        int headerLength = ReadPrologue(ref reader, out WalEntryKind kind, out int batchCount);
        ReadOnlySpan<byte> header = data.Span[..headerLength];
        uint found = Crc32C.Compute(header[..^WalFormat.ChecksumLength]);
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(header[^WalFormat.ChecksumLength..]);
        if (found != expected)
        {
            throw new SegmentFormatException(
                $"the header's checksum is {found:x8}, expected {expected:x8}",
                headerLength - WalFormat.ChecksumLength);
        }

        CheckIdentity(ref reader, namespaceId, sequence);
        Guid writerId = reader.ReadGuid();
        var previousHash = new ContentHash(reader.ReadUInt128());
        int payloadLength = ReadPayloadLength(ref reader, headerLength, batchCount, data.Length);
        WalBatch[] batches = ReadBatches(ref reader, data[headerLength..], batchCount);
        CheckBlocks(ref reader, data.Span[headerLength..], headerLength);
        return new WalEntry
        {
            Kind = kind,
            NamespaceId = namespaceId,
            Position = new LogPosition(sequence, ContentHash.Compute(header)),
            PreviousHash = previousHash,
            WriterId = writerId,
            Batches = batches,
            SizeBytes = headerLength + (long)payloadLength,
        };
    }

    private static int GetPayloadLength(IReadOnlyList<WalBatch> batches)
    {
        long total = 0;
        for (int i = 0; i < batches.Count; i++)
        {
            total += batches[i].Payload.Length;
        }

        return total <= WalFormat.MaxPayloadLength
            ? (int)total
            : throw new ArgumentException(
                $"The batches have {total} bytes; a log entry holds at most {WalFormat.MaxPayloadLength}.",
                nameof(batches));
    }

    private static int WriteBatchTable(byte[] header, IReadOnlyList<WalBatch> batches)
    {
        int offset = WalFormat.FixedLength;
        for (int i = 0; i < batches.Count; i++)
        {
            WalBatch batch = batches[i];
            Span<byte> row = header.AsSpan(offset, WalFormat.BatchLength);
            batch.Id.TryWriteBytes(row, bigEndian: true, out _);
            BinaryPrimitives.WriteUInt32LittleEndian(row[16..], batch.Flags);
            BinaryPrimitives.WriteInt32LittleEndian(row[20..], batch.Payload.Length);
            offset += WalFormat.BatchLength;
        }

        return offset;
    }

    /// <summary>Blocks run over the payloads as if they were one; a payload may end inside a block.</summary>
    private static void WriteBlockChecksums(Span<byte> table, IReadOnlyList<WalBatch> batches)
    {
        uint checksum = 0;
        int filled = 0;
        for (int i = 0; i < batches.Count; i++)
        {
            ReadOnlySpan<byte> rest = batches[i].Payload.Span;
            while (!rest.IsEmpty)
            {
                int length = Math.Min(rest.Length, WalFormat.BlockLength - filled);
                checksum = Crc32C.Append(checksum, rest[..length]);
                rest = rest[length..];
                filled += length;
                if (filled == WalFormat.BlockLength)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(table, checksum);
                    table = table[WalFormat.ChecksumLength..];
                    (checksum, filled) = (0, 0);
                }
            }
        }

        if (filled > 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(table, checksum);
        }
    }

    private static int ReadPrologue(ref SpanReader reader, out WalEntryKind kind, out int batchCount)
    {
        int available = reader.Remaining;
        if (!reader.ReadBytes(WalFormat.Magic.Length).SequenceEqual(WalFormat.Magic))
        {
            throw new SegmentFormatException("this is not a log entry", 0);
        }

        ushort version = reader.ReadUInt16();
        if (version is < WalFormat.OldestReadableVersion or > WalFormat.Version)
        {
            throw new SegmentFormatException($"version {version} of log entries is unknown here", 4);
        }

        kind = (WalEntryKind)reader.ReadByte();
        byte reserved = reader.ReadByte();
        if (!Enum.IsDefined(kind) || reserved != 0)
        {
            throw new SegmentFormatException($"kind {(byte)kind}.{reserved} is unknown", WalFormat.KindOffset);
        }

        uint headerLength = reader.ReadUInt32();
        uint count = reader.ReadUInt32();
        if (headerLength > (uint)available || count > headerLength / WalFormat.BatchLength
            || headerLength < WalFormat.GetHeaderLength((int)count, 0))
        {
            throw new SegmentFormatException(
                $"a header of {headerLength} bytes for {count} batches does not fit {available} bytes",
                WalFormat.HeaderLengthOffset);
        }

        batchCount = (int)count;
        return (int)headerLength;
    }

    private static void CheckIdentity(ref SpanReader reader, Guid namespaceId, long sequence)
    {
        Guid foundId = reader.ReadGuid();
        long foundSequence = reader.ReadInt64();
        if (foundId != namespaceId || foundSequence != sequence)
        {
            throw new SegmentFormatException(
                $"this is entry {foundSequence} of {foundId}, expected {sequence} of {namespaceId}",
                WalFormat.NamespaceIdOffset);
        }
    }

    private static int ReadPayloadLength(ref SpanReader reader, int headerLength, int batchCount, int objectLength)
    {
        long payloadLength = reader.ReadInt64();
        if (payloadLength != objectLength - headerLength || payloadLength > WalFormat.MaxPayloadLength
            || WalFormat.GetHeaderLength(batchCount, (int)payloadLength) != headerLength)
        {
            throw new SegmentFormatException(
                $"a payload of {payloadLength} bytes behind {headerLength} does not make {objectLength}",
                WalFormat.PayloadLengthOffset);
        }

        return (int)payloadLength;
    }

    private static WalBatch[] ReadBatches(ref SpanReader reader, ReadOnlyMemory<byte> payload, int batchCount)
    {
        var batches = new WalBatch[batchCount];
        foreach (ref WalBatch batch in batches.AsSpan())
        {
            Guid id = reader.ReadGuid();
            uint flags = reader.ReadUInt32();
            uint length = reader.ReadUInt32();
            if (length > (uint)payload.Length)
            {
                throw reader.Fault($"a batch of {length} bytes where {payload.Length} are left");
            }

            batch = new WalBatch(id, flags, payload[..(int)length]);
            payload = payload[(int)length..];
        }

        return payload.IsEmpty ? batches : throw reader.Fault($"{payload.Length} bytes belong to no batch");
    }

    private static void CheckBlocks(ref SpanReader reader, ReadOnlySpan<byte> payload, int payloadOffset)
    {
        for (int start = 0; start < payload.Length; start += WalFormat.BlockLength)
        {
            ReadOnlySpan<byte> block = payload.Slice(start, Math.Min(WalFormat.BlockLength, payload.Length - start));
            uint expected = reader.ReadUInt32();
            uint found = Crc32C.Compute(block);
            if (found != expected)
            {
                throw new SegmentFormatException(
                    $"a block's checksum is {found:x8}, expected {expected:x8}", payloadOffset + start);
            }
        }
    }
}
