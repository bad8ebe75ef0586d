using System.Buffers;
using System.Buffers.Binary;
using Tidepool.Index.Binary;

namespace Tidepool.Model;

/// <summary>What small objects have in common: they begin with their magic and version, and end with the checksum of
/// all that stands before it.</summary>
internal static class SealedObject
{
    private const int ChecksumLength = sizeof(uint);

    /// <summary>Where the length of an object with a kind stands: behind magic, version, kind and a reserved byte.
    /// </summary>
    private const int LengthOffset = 4 + sizeof(ushort) + 1 + 1;

    /// <summary>Begins an object of one of several kinds; <see cref="SealWithLength"/> ends it.</summary>
    internal static void WritePrologue(ref SpanWriter writer, ReadOnlySpan<byte> magic, ushort version, byte kind)
    {
        writer.WriteBytes(magic);
        writer.WriteUInt16(version);
        writer.WriteByte(kind);
        writer.WriteByte(0);
        writer.WriteUInt32(0); // The length; known at the end.
    }

    /// <summary>Ends an object.</summary>
    internal static byte[] Seal(ref SpanWriter writer, ArrayBufferWriter<byte> buffer)
    {
        writer.WriteUInt32(0);
        writer.Flush();
        byte[] content = buffer.WrittenSpan.ToArray();
        Reseal(content);
        return content;
    }

    /// <summary>Ends an object that <see cref="WritePrologue"/> began.</summary>
    internal static byte[] SealWithLength(ref SpanWriter writer, ArrayBufferWriter<byte> buffer)
    {
        writer.WriteUInt32(0);
        writer.Flush();
        byte[] content = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(LengthOffset), content.Length);
        Reseal(content);
        return content;
    }

    /// <summary>Makes the checksum fit again after a change.</summary>
    internal static void Reseal(Span<byte> content) => BinaryPrimitives.WriteUInt32LittleEndian(
        content[^ChecksumLength..], Crc32C.Compute(content[..^ChecksumLength]));

    /// <summary>Checks magic, checksum and version, and reads on behind the version, up to the checksum.</summary>
    /// <param name="data">The whole object.</param>
    /// <param name="magic">What it must begin with.</param>
    /// <param name="oldest">The oldest version that can be read.</param>
    /// <param name="newest">The newest one.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <exception cref="SegmentFormatException">One of them is not what it must be.</exception>
    internal static SpanReader Open(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> magic, ushort oldest, ushort newest, string what)
    {
        if (data.Length < magic.Length + ChecksumLength || !data.StartsWith(magic))
        {
            throw new SegmentFormatException($"this is not {what}", 0);
        }

        ReadOnlySpan<byte> body = data[..^ChecksumLength];
        uint found = Crc32C.Compute(body);
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(data[body.Length..]);
        if (found != expected)
        {
            throw new SegmentFormatException($"the checksum is {found:x8}, expected {expected:x8}", body.Length);
        }

        var reader = new SpanReader(body);
        reader.Skip(magic.Length);
        ushort version = reader.ReadUInt16();
        return version >= oldest && version <= newest
            ? reader
            : throw new SegmentFormatException($"version {version} of {what} is unknown here", magic.Length);
    }

    /// <summary>Reads the two bytes behind the version of an object of which there is one kind.</summary>
    /// <exception cref="SegmentFormatException">They are not 0.</exception>
    internal static void ExpectReserved(ref SpanReader reader)
    {
        ushort reserved = reader.ReadUInt16();
        if (reserved != 0)
        {
            throw reader.Fault($"the reserved bytes are {reserved}");
        }
    }

    /// <summary>Reads what stands behind the version of an object of one of two kinds.</summary>
    /// <returns>The kind, 1 or 2.</returns>
    /// <exception cref="SegmentFormatException">There is no such kind, or the length is that of another object.
    /// </exception>
    internal static byte ReadKind(ref SpanReader reader)
    {
        byte kind = reader.ReadByte();
        byte reserved = reader.ReadByte();
        if (kind is not (1 or 2) || reserved != 0)
        {
            throw reader.Fault($"kind {kind}.{reserved} is unknown here");
        }

        uint length = reader.ReadUInt32();
        long expected = (long)reader.Position + reader.Remaining + ChecksumLength;
        return length == expected
            ? kind
            : throw reader.Fault($"the length is {length}, the object has {expected} bytes");
    }
}
