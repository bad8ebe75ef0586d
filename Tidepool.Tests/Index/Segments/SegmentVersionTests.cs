using System.Buffers.Binary;
using System.Collections.Immutable;
using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;

namespace Tidepool.Tests.Index.Segments;

/// <summary>What a later minor version may do to a segment, and what this reader makes of it.</summary>
internal sealed class SegmentVersionTests
{
    private const SectionKind UnknownKind = (SectionKind)77;

    [Test]
    public void Open_LaterMinorVersionWithSkippableSection_IgnoresIt()
    {
        TestSegment segment = SegmentCorruptionTests.BuildSmall();

        SegmentReader reader = TestSegment.Open(AddSection(segment.Bytes, minorVersion: 1, isSkippable: true));

        segment.AssertHolds(reader);
        SegmentVerifier.Verify(reader);
        Assert.That(reader.Header.MinorVersion, Is.EqualTo(1));
    }

    [Test]
    public void Open_UnknownSectionThatMayNotBeSkipped_Throws()
    {
        byte[] bytes = AddSection(SegmentCorruptionTests.BuildSmall().Bytes, minorVersion: 1, isSkippable: false);

        Assert.That(
            () => TestSegment.Open(bytes), Throws.TypeOf<SegmentFormatException>().With.Message.Contains("kind 77"));
    }

    [Test]
    public void Open_LaterMinorVersionWithLongerFixedPart_IgnoresTheRest()
    {
        TestSegment segment = SegmentCorruptionTests.BuildSmall();

        SegmentReader reader = TestSegment.Open(LengthenFixedPart(segment.Bytes, minorVersion: 9));

        segment.AssertHolds(reader);
    }

    [Test]
    public void Open_LongerFixedPartInThisMinorVersion_Throws()
    {
        byte[] bytes = LengthenFixedPart(SegmentCorruptionTests.BuildSmall().Bytes, SegmentFormat.MinorVersion);

        Assert.That(
            () => TestSegment.Open(bytes), Throws.TypeOf<SegmentFormatException>().With.Message.Contains("reserved"));
    }

    private static byte[] AddSection(byte[] segment, int minorVersion, bool isSkippable)
    {
        SegmentHeader old = SegmentHeadCodec.Decode(segment);
        SegmentSection unknown = new(UnknownKind, isSkippable, Field: 3, Offset: 0, Length: 100);
        ImmutableArray<SegmentSection> sections = [old.Sections[0], unknown, .. old.Sections.Skip(1)];
        int headSizeBytes = SegmentHeadCodec.GetSizeBytes(old.Identity, old.Fields, sections.Length);
        SegmentHeader header = Place(old with { MinorVersion = minorVersion, Sections = sections }, headSizeBytes);
        List<byte[]> contents = [.. old.Sections.Select(section => SegmentForge.GetBytes(segment, section))];
        contents.Insert(1, [.. Enumerable.Repeat((byte)0xAB, 100)]);
        return SegmentForge.Assemble(SegmentHeadCodec.Encode(header), header, contents);
    }

    /// <summary>Puts 64 bytes behind the fixed part that only a later version could understand.</summary>
    private static byte[] LengthenFixedPart(byte[] segment, int minorVersion)
    {
        const int AddedBytes = 64;
        SegmentHeader old = SegmentHeadCodec.Decode(segment);
        int headSizeBytes = SegmentHeadCodec.GetSizeBytes(old.Identity, old.Fields, old.Sections.Length);
        SegmentHeader header = Place(old with { MinorVersion = minorVersion }, headSizeBytes + AddedBytes);
        List<byte> head = [.. SegmentHeadCodec.Encode(header)];
        head.InsertRange(SegmentFormat.FixedSizeBytes, Enumerable.Repeat((byte)0xCD, AddedBytes));
        byte[] bytes = [.. head];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(70), SegmentFormat.FixedSizeBytes + AddedBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(72), headSizeBytes + AddedBytes);
        List<byte[]> contents = [.. old.Sections.Select(section => SegmentForge.GetBytes(segment, section))];
        return SegmentForge.Assemble(bytes, header, contents);
    }

    private static SegmentHeader Place(SegmentHeader header, long offset)
    {
        List<SegmentSection> placed = [];
        foreach (SegmentSection section in header.Sections)
        {
            placed.Add(section with { Offset = offset });
            offset = SegmentFormat.Align(offset + section.Length);
        }

        return header with { Sections = [.. placed], BlockTableOffset = offset };
    }
}
