using System.Buffers;
using System.Buffers.Binary;
using Tidepool.Index.Binary;
using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>Pins as bytes.</summary>
internal static class PinCodec
{
    internal static byte[] Encode(Pin pin)
    {
        byte[] manifest = ManifestCodec.Encode(pin.Manifest);
        var buffer = new ArrayBufferWriter<byte>(
            PinFormat.GetReleasedLength(pin.Name) + PinFormat.StateLength + manifest.Length);
        var writer = new SpanWriter(buffer);
        WritePrologue(ref writer, PinFormat.PinKind, pin.NamespaceId, pin.Name, pin.Number);
        writer.WriteGuid(pin.Id);
        writer.WriteInt64(pin.Position.Sequence);
        writer.WriteUInt128(pin.Position.Hash.Value);
        writer.WriteInt64(pin.Rows.Rows);
        writer.WriteUInt128(pin.Rows.Identity);
        writer.WriteInt64(pin.Deadline?.UtcTicks ?? 0);
        writer.WriteInt64(pin.Manifest.Generation);
        writer.WriteInt32(manifest.Length);
        writer.WriteBytes(manifest);
        return Seal(ref writer, buffer);
    }

    /// <summary>What takes the place of a pin that was released.</summary>
    internal static byte[] EncodeReleased(Guid namespaceId, string name, long number)
    {
        var buffer = new ArrayBufferWriter<byte>(PinFormat.GetReleasedLength(name));
        var writer = new SpanWriter(buffer);
        WritePrologue(ref writer, PinFormat.ReleasedKind, namespaceId, name, number);
        return Seal(ref writer, buffer);
    }

    /// <summary>Reads what is under a pin's key.</summary>
    /// <param name="data">The whole object.</param>
    /// <param name="namespaceId">The incarnation it must belong to.</param>
    /// <param name="name">The name it must have.</param>
    /// <param name="number">The number it must have.</param>
    /// <returns>The pin, or null for one that was released.</returns>
    /// <exception cref="SegmentFormatException">The bytes are damaged, or are not this pin.</exception>
    internal static Pin? Decode(ReadOnlySpan<byte> data, Guid namespaceId, string name, long number)
    {
        SpanReader reader = Open(data);
        byte kind = ReadPrologue(ref reader, data.Length);
        Guid foundId = reader.ReadGuid();
        long foundNumber = reader.ReadInt64();
        string foundName = reader.ReadString("name");
        if (foundId != namespaceId || foundNumber != number || foundName != name)
        {
            throw reader.Fault(
                $"this is pin {foundNumber} '{foundName}' of {foundId}, expected {number} '{name}' of {namespaceId}");
        }

        Pin? pin = kind == PinFormat.PinKind ? ReadPin(ref reader, namespaceId, name, number) : null;
        reader.ExpectEnd();
        return pin is null || FindFault(pin) is not { } fault ? pin : throw reader.Fault(fault);
    }

    private static Pin ReadPin(ref SpanReader reader, Guid namespaceId, string name, long number)
    {
        Guid id = reader.ReadGuid();
        var position = new LogPosition(reader.ReadInt64(), new ContentHash(reader.ReadUInt128()));
        var rows = new RowSum(reader.ReadInt64(), reader.ReadUInt128());
        long deadline = reader.ReadInt64();
        long generation = reader.ReadInt64();
        if (deadline is < 0 || deadline > DateTimeOffset.MaxValue.Ticks || generation < 0)
        {
            throw reader.Fault($"deadline {deadline} of a pin of generation {generation} cannot be");
        }

        ReadOnlySpan<byte> manifest = reader.ReadBytes(reader.ReadInt32());
        return new Pin
        {
            NamespaceId = namespaceId,
            Name = name,
            Number = number,
            Id = id,
            Position = position,
            Rows = rows,
            Deadline = deadline == 0 ? null : new DateTimeOffset(deadline, TimeSpan.Zero),
            Manifest = ManifestCodec.Decode(manifest, namespaceId, generation, out _)
                ?? throw reader.Fault("there is no manifest in it, but a tombstone"),
        };
    }

    private static string? FindFault(Pin pin)
    {
        LogPosition floor = pin.Manifest.Floor;
        bool isAtFloor = pin.Position.Sequence == floor.Sequence;
        return pin.Position.Sequence < floor.Sequence || (isAtFloor && pin.Position != floor)
            ? $"position {pin.Position} does not go with a manifest whose floor is {floor}"
            : pin.Rows.Rows < 0 || (isAtFloor && pin.Rows != pin.Manifest.Rows)
                ? $"{pin.Rows} do not go with a manifest that holds {pin.Manifest.Rows}" : null;
    }

    private static void WritePrologue(ref SpanWriter writer, byte kind, Guid namespaceId, string name, long number)
    {
        writer.WriteBytes(PinFormat.Magic);
        writer.WriteUInt16(PinFormat.Version);
        writer.WriteByte(kind);
        writer.WriteByte(0);
        writer.WriteUInt32(0); // The length; known at the end.
        writer.WriteGuid(namespaceId);
        writer.WriteInt64(number);
        writer.WriteString(name);
    }

    private static byte[] Seal(ref SpanWriter writer, ArrayBufferWriter<byte> buffer)
    {
        writer.Flush();
        byte[] content = new byte[buffer.WrittenCount + PinFormat.ChecksumLength];
        buffer.WrittenSpan.CopyTo(content);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(8), content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(
            content.AsSpan(buffer.WrittenCount), Crc32C.Compute(content.AsSpan(0, buffer.WrittenCount)));
        return content;
    }

    private static SpanReader Open(ReadOnlySpan<byte> data)
    {
        if (data.Length < PinFormat.FixedLength + PinFormat.ChecksumLength || !data.StartsWith(PinFormat.Magic))
        {
            throw new SegmentFormatException("this is not a pin", 0);
        }

        int end = data.Length - PinFormat.ChecksumLength;
        uint found = Crc32C.Compute(data[..end]);
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(data[end..]);
        return found == expected
            ? new SpanReader(data[..end])
            : throw new SegmentFormatException($"the checksum is {found:x8}, expected {expected:x8}", end);
    }

    private static byte ReadPrologue(ref SpanReader reader, int objectLength)
    {
        reader.Skip(PinFormat.Magic.Length);
        ushort version = reader.ReadUInt16();
        byte kind = reader.ReadByte();
        byte reserved = reader.ReadByte();
        if (version is < PinFormat.OldestReadableVersion or > PinFormat.Version
            || kind is not (PinFormat.PinKind or PinFormat.ReleasedKind) || reserved != 0)
        {
            throw new SegmentFormatException($"version {version}, kind {kind}.{reserved} is unknown here", 4);
        }

        uint length = reader.ReadUInt32();
        return length == (uint)objectLength
            ? kind
            : throw new SegmentFormatException($"a pin of {length} bytes is in an object of {objectLength}", 8);
    }
}
