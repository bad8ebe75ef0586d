using System.Buffers;
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
        return SealedObject.SealWithLength(ref writer, buffer);
    }

    /// <summary>What takes the place of a pin that was released.</summary>
    internal static byte[] EncodeReleased(Guid namespaceId, string name, long number)
    {
        var buffer = new ArrayBufferWriter<byte>(PinFormat.GetReleasedLength(name));
        var writer = new SpanWriter(buffer);
        WritePrologue(ref writer, PinFormat.ReleasedKind, namespaceId, name, number);
        return SealedObject.SealWithLength(ref writer, buffer);
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
        SpanReader reader = SealedObject.Open(
            data, PinFormat.Magic, PinFormat.OldestReadableVersion, PinFormat.Version, "a pin");
        byte kind = SealedObject.ReadKind(ref reader);
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
        SealedObject.WritePrologue(ref writer, PinFormat.Magic, PinFormat.Version, kind);
        writer.WriteGuid(namespaceId);
        writer.WriteInt64(number);
        writer.WriteString(name);
    }
}
