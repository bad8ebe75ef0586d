using System.Buffers;
using System.Collections.Immutable;
using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Backups;

/// <summary>Records of backups as bytes.</summary>
internal static class BackupCodec
{
    internal static byte[] Encode(BackupRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        var writer = new SpanWriter(buffer);
        writer.WriteBytes(BackupFormat.Magic);
        writer.WriteUInt16(BackupFormat.Version);
        writer.WriteUInt16(0);
        writer.WriteGuid(record.Name.Id);
        writer.WriteInt64(record.Name.Ticks);
        writer.WriteInt64(record.Bytes);
        writer.WriteVarUInt64((ulong)record.Namespaces.Length);
        foreach (BackupNamespace one in record.Namespaces)
        {
            byte[] state = ManifestCodec.Encode(one.State);
            writer.WriteString(one.Name);
            writer.WriteVarUInt64((ulong)state.Length);
            writer.WriteBytes(state);
        }

        return SealedObject.Seal(ref writer, buffer);
    }

    /// <param name="data">The whole object.</param>
    /// <param name="name">The backup it must be of.</param>
    /// <exception cref="SegmentFormatException">The bytes are damaged, or are not this record.</exception>
    internal static BackupRecord Decode(ReadOnlySpan<byte> data, BackupName name)
    {
        SpanReader reader = SealedObject.Open(
            data,
            BackupFormat.Magic,
            BackupFormat.OldestReadableVersion,
            BackupFormat.Version,
            "the record of a backup");
        SealedObject.ExpectReserved(ref reader);
        Guid id = reader.ReadGuid();
        long ticks = reader.ReadInt64();
        long bytes = reader.ReadInt64();
        if (id != name.Id || ticks != name.Ticks || ticks > DateTimeOffset.MaxValue.Ticks || bytes < 0)
        {
            throw reader.Fault($"this is backup {id} at {ticks} with {bytes} bytes, expected {name}");
        }

        ImmutableArray<BackupNamespace> namespaces = ReadNamespaces(ref reader);
        reader.ExpectEnd();
        return new BackupRecord(name, bytes, namespaces);
    }

    private static ImmutableArray<BackupNamespace> ReadNamespaces(ref SpanReader reader)
    {
        int count = reader.ReadCount(2 + ManifestFormat.FixedLength, "number of namespaces");
        ImmutableArray<BackupNamespace>.Builder namespaces = ImmutableArray.CreateBuilder<BackupNamespace>(count);
        string? last = null;
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString("namespace name");
            if (!NamespaceNames.IsValid(name) || string.CompareOrdinal(last, name) >= 0)
            {
                throw reader.Fault($"'{name}' is no name of a namespace that could follow '{last}'");
            }

            int length = reader.ReadVarInt32(reader.Remaining, "length of a state");
            namespaces.Add(new BackupNamespace(name, ReadState(ref reader, length)));
            last = name;
        }

        return namespaces.MoveToImmutable();
    }

    private static Manifest ReadState(ref SpanReader reader, int length)
    {
        ReadOnlySpan<byte> bytes = reader.ReadBytes(length);
        if (length < ManifestFormat.FixedLength)
        {
            throw reader.Fault("a state is cut short");
        }

        var namespaceId = new Guid(bytes.Slice(ManifestFormat.PrologueLength, 16), bigEndian: true);
        Manifest? state = ManifestCodec.Decode(bytes, namespaceId, generation: 1, out _);
        return state is { ParentHash.Value: var parent, Graveyard.IsEmpty: true } && parent == 0
            && state.Segments.All(segment => segment.Owner is null)
            ? state : throw reader.Fault("a state does not begin an incarnation");
    }
}
