using System.Buffers;
using System.Buffers.Binary;
using Tidepool.Index.Binary;
using Tidepool.Model;

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
        return SealedObject.Seal(ref writer, buffer);
    }

    /// <exception cref="SegmentFormatException">The bytes are damaged.</exception>
    internal static Hint Decode(ReadOnlySpan<byte> data)
    {
        SpanReader reader = SealedObject.Open(
            data, ManifestFormat.HintMagic, ManifestFormat.OldestReadableVersion, ManifestFormat.Version, "a hint");
        SealedObject.ExpectReserved(ref reader);
        long recordNumber = reader.ReadInt64();
        ReadOnlySpan<byte> manifestBytes = reader.ReadBytes(reader.ReadInt32());
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
