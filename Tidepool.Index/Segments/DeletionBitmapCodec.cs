using System.Buffers;
using System.Runtime.InteropServices;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Segments;

/// <summary>The dead rows of a segment as an object of their own: header, name, words, checksum.</summary>
internal static class DeletionBitmapCodec
{
    /// <summary>Encodes a bitmap.</summary>
    /// <param name="identity">The segment it belongs to, and the key of the bitmap's own object.</param>
    /// <param name="deleted">The dead ordinals.</param>
    internal static byte[] Encode(SegmentIdentity identity, PagedBitmap deleted)
    {
        ArrayBufferWriter<byte> output = new();
        SpanWriter writer = new(output);
        writer.WriteUInt32(DeletionBitmapFormat.Magic);
        writer.WriteUInt32(DeletionBitmapFormat.Version);
        writer.WriteGuid(identity.NamespaceId);
        writer.WriteGuid(identity.SegmentId);
        writer.WriteInt32(deleted.RowCount);
        writer.WriteInt32(deleted.Count);
        writer.WriteString(identity.ObjectName);
        foreach (ulong word in deleted.ToRowBitmap().Words)
        {
            writer.WriteUInt64(word);
        }

        writer.Flush();
        uint checksum = Crc32C.Compute(output.WrittenSpan);
        writer.WriteUInt32(checksum);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Decodes and checks a bitmap.</summary>
    /// <param name="bytes">The object's bytes; nothing of them is trusted.</param>
    /// <param name="expected">Which object it must be.</param>
    /// <param name="rowCount">Number of ordinals of the segment.</param>
    /// <exception cref="SegmentFormatException">The object is damaged, another one, or of an unknown
    /// version.</exception>
    internal static PagedBitmap Decode(ReadOnlySpan<byte> bytes, SegmentIdentity expected, int rowCount)
    {
        SpanReader reader = new(CheckEnvelope(bytes));
        reader.Skip(2 * sizeof(uint));
        Guid namespaceId = reader.ReadGuid();
        Guid segmentId = reader.ReadGuid();
        uint storedRowCount = reader.ReadUInt32();
        uint storedCount = reader.ReadUInt32();
        SegmentIdentity identity = new(namespaceId, segmentId, reader.ReadString("the object name"));
        if (!expected.Matches(identity))
        {
            throw new SegmentFormatException($"the object is {identity}, expected {expected}", 0);
        }

        if (storedRowCount != rowCount)
        {
            throw reader.Fault($"the bitmap has {storedRowCount} bits, the segment {rowCount} ordinals");
        }

        int wordCount = BitWords.CountFor(rowCount);
        ulong[] words = new ulong[wordCount];
        reader.ReadBytes(wordCount * sizeof(ulong)).CopyTo(MemoryMarshal.AsBytes(words.AsSpan()));
        reader.ExpectEnd();
        bool isTailZero = wordCount == 0 || (words[^1] & ~BitWords.TailMask(rowCount)) == 0;
        return isTailZero && BitWords.PopCount(words) == storedCount
            ? PagedBitmap.FromWords(words, rowCount)
            : throw reader.Fault(
                $"{BitWords.PopCount(words)} bits are set, the header says {storedCount} of {rowCount}");
    }

    /// <summary>Checks magic, version and checksum; returns the object without its checksum.</summary>
    private static ReadOnlySpan<byte> CheckEnvelope(ReadOnlySpan<byte> bytes)
    {
        SpanReader reader = new(bytes);
        uint magic = reader.ReadUInt32();
        if (magic != DeletionBitmapFormat.Magic)
        {
            throw new SegmentFormatException(
                $"magic is {magic:X8}, that of a deletion bitmap {DeletionBitmapFormat.Magic:X8}", 0);
        }

        uint version = reader.ReadUInt32();
        if (version != DeletionBitmapFormat.Version)
        {
            throw new SegmentFormatException(
                $"format version is {version}; this program reads {DeletionBitmapFormat.Version}", sizeof(uint));
        }

        reader.Skip(reader.Remaining - DeletionBitmapFormat.ChecksumSizeBytes);
        ReadOnlySpan<byte> content = bytes[..reader.Position];
        uint stored = reader.ReadUInt32();
        uint computed = Crc32C.Compute(content);
        return stored == computed
            ? content
            : throw new SegmentFormatException(
                $"the checksum is {stored:X8}, the bytes give {computed:X8}", content.Length);
    }
}
