using System.Buffers;
using System.Buffers.Binary;
using Tidepool.Index.Binary;

namespace Tidepool.Manifests;

/// <summary>Hints as bytes.</summary>
internal static class HintCodec
{
    internal static byte[] Encode(long recordNumber, ReadOnlySpan<byte> manifest)
    {
        var buffer = new ArrayBufferWriter<byte>(
            ManifestFormat.HintFixedLength + manifest.Length + ManifestFormat.ChecksumLength);
        var writer = new SpanWriter(buffer);
        writer.WriteBytes(ManifestFormat.HintMagic);
        writer.WriteUInt16(ManifestFormat.Version);
        writer.WriteUInt16(0);
        writer.WriteInt64(recordNumber);
        writer.WriteInt32(manifest.Length);
        writer.WriteBytes(manifest);
        writer.Flush();
        writer.WriteUInt32(Crc32C.Compute(buffer.WrittenSpan));
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="SegmentFormatException">The bytes are damaged.</exception>
    internal static Hint Decode(ReadOnlySpan<byte> data)
    {
        var reader = new SpanReader(data);
        if (!reader.ReadBytes(ManifestFormat.HintMagic.Length).SequenceEqual(ManifestFormat.HintMagic))
        {
            throw new SegmentFormatException("this is not a hint", 0);
        }

        ushort version = reader.ReadUInt16();
        ushort reserved = reader.ReadUInt16();
        if (version is < ManifestFormat.OldestReadableVersion or > ManifestFormat.Version || reserved != 0)
        {
            throw new SegmentFormatException($"version {version}.{reserved} of hints is unknown here", 4);
        }

        long recordNumber = reader.ReadInt64();
        ReadOnlySpan<byte> manifestBytes = reader.ReadBytes(reader.ReadInt32());
        uint expected = Crc32C.Compute(data[..reader.Position]);
        if (reader.ReadUInt32() != expected)
        {
            throw reader.Fault("the checksum does not match");
        }

        reader.ExpectEnd();
        if (manifestBytes.Length < ManifestFormat.FixedLength)
        {
            throw reader.Fault("the manifest in it is cut short");
        }

        var namespaceId = new Guid(manifestBytes.Slice(ManifestFormat.PrologueLength, 16), bigEndian: true);
        long generation = BinaryPrimitives.ReadInt64LittleEndian(manifestBytes[(ManifestFormat.PrologueLength + 16)..]);
        Manifest manifest = ManifestCodec.Decode(manifestBytes, namespaceId, generation, out _)
            ?? throw reader.Fault("there is no manifest in it, but a tombstone");
        return new Hint(recordNumber, manifest);
    }
}
