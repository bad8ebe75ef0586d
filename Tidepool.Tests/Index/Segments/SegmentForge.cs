using System.Buffers.Binary;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;

namespace Tidepool.Tests.Index.Segments;

/// <summary>Makes the checksums of a changed segment right again: what a program with a bug, or an enemy, would
/// store.</summary>
internal static class SegmentForge
{
    /// <summary>A copy with a change, and with all checksums made to fit.</summary>
    internal static byte[] Change(byte[] segment, Action<byte[]> change)
    {
        byte[] forged = (byte[])segment.Clone();
        change(forged);
        Seal(forged, (int)SegmentHeadCodec.Decode(segment).BlockTableOffset);
        return forged;
    }

    /// <summary>A segment of a head and the bytes of its sections.</summary>
    internal static byte[] Assemble(byte[] head, SegmentHeader header, IReadOnlyList<byte[]> sections)
    {
        byte[] segment = new byte[header.ObjectLength];
        head.CopyTo(segment, 0);
        foreach ((SegmentSection section, byte[] bytes) in header.Sections.Zip(sections))
        {
            bytes.CopyTo(segment, section.Offset);
        }

        Seal(segment, (int)header.BlockTableOffset);
        return segment;
    }

    internal static byte[] GetBytes(byte[] segment, SegmentSection section) =>
        segment.AsSpan((int)section.Offset, (int)section.Length).ToArray();

    internal static void Seal(byte[] segment, int blockTableOffset)
    {
        int headSizeBytes = BinaryPrimitives.ReadInt32LittleEndian(segment.AsSpan(72));
        if (headSizeBytes >= 4 && headSizeBytes <= segment.Length)
        {
            Write(segment, headSizeBytes - 4, Crc32C.Compute(segment.AsSpan(0, headSizeBytes - 4)));
        }

        int at = blockTableOffset;
        for (int start = 0; start < blockTableOffset; start += SegmentFormat.BlockSizeBytes, at += 4)
        {
            int length = Math.Min(SegmentFormat.BlockSizeBytes, blockTableOffset - start);
            Write(segment, at, Crc32C.Compute(segment.AsSpan(start, length)));
        }

        Write(segment, at, Crc32C.Compute(segment.AsSpan(blockTableOffset, at - blockTableOffset)));
    }

    private static void Write(byte[] segment, int offset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(segment.AsSpan(offset), value);
}
