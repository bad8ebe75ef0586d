using System.Buffers;
using Tidepool.Index.Binary;
using Tidepool.Model;

namespace Tidepool.Namespaces;

/// <summary>The root marker and the records of namespaces as bytes.</summary>
internal static class RegistryCodec
{
    internal static byte[] EncodeRootMarker(Guid databaseId)
    {
        var buffer = new ArrayBufferWriter<byte>(RegistryFormat.RootMarkerLength);
        var writer = new SpanWriter(buffer);
        writer.WriteBytes(RegistryFormat.RootMagic);
        writer.WriteUInt16(RegistryFormat.Version);
        writer.WriteUInt16(0);
        writer.WriteGuid(databaseId);
        return SealedObject.Seal(ref writer, buffer);
    }

    /// <exception cref="SegmentFormatException">The bytes are damaged.</exception>
    internal static Guid DecodeRootMarker(ReadOnlySpan<byte> data)
    {
        SpanReader reader = Open(data, RegistryFormat.RootMagic, "a root marker");
        SealedObject.ExpectReserved(ref reader);
        Guid databaseId = reader.ReadGuid();
        reader.ExpectEnd();
        return databaseId;
    }

    internal static byte[] EncodeRecord(IncarnationRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        var writer = new SpanWriter(buffer);
        writer.WriteBytes(RegistryFormat.RecordMagic);
        writer.WriteUInt16(RegistryFormat.Version);
        writer.WriteByte(record.IsDropped ? RegistryFormat.DroppedKind : RegistryFormat.CreatedKind);
        writer.WriteByte(0);
        writer.WriteInt64(record.Number);
        writer.WriteGuid(record.NamespaceId);
        writer.WriteString(record.Name);
        SchemaCodec.Encode(ref writer, record.Schema);
        return SealedObject.Seal(ref writer, buffer);
    }

    /// <param name="data">The whole object.</param>
    /// <param name="name">The namespace it must belong to.</param>
    /// <param name="number">The number it must have.</param>
    /// <exception cref="SegmentFormatException">The bytes are damaged, or are not this record.</exception>
    internal static IncarnationRecord DecodeRecord(ReadOnlySpan<byte> data, string name, long number)
    {
        IncarnationRecord found = DecodeRecord(data);
        return found.Number == number && found.Name == name
            ? found
            : throw new SegmentFormatException(
                $"this is record {found.Number} of '{found.Name}', expected {number} of '{name}'", 8);
    }

    /// <summary>Reads a record of any namespace.</summary>
    /// <exception cref="SegmentFormatException">The bytes are damaged.</exception>
    internal static IncarnationRecord DecodeRecord(ReadOnlySpan<byte> data)
    {
        SpanReader reader = Open(data, RegistryFormat.RecordMagic, "a record of a namespace");
        byte kind = reader.ReadByte();
        byte reserved = reader.ReadByte();
        long number = reader.ReadInt64();
        byte expected = IncarnationRecord.IsDrop(number) ? RegistryFormat.DroppedKind : RegistryFormat.CreatedKind;
        if (kind != expected || reserved != 0)
        {
            throw reader.Fault($"record {number} has kind {kind}.{reserved}, expected {expected}.0");
        }

        Guid namespaceId = reader.ReadGuid();
        string name = reader.ReadString("namespace name");
        NamespaceSchema schema = SchemaCodec.Decode(ref reader);
        reader.ExpectEnd();
        return new IncarnationRecord(name, number, namespaceId, schema);
    }

    private static SpanReader Open(ReadOnlySpan<byte> data, ReadOnlySpan<byte> magic, string what) =>
        SealedObject.Open(data, magic, RegistryFormat.OldestReadableVersion, RegistryFormat.Version, what);
}
