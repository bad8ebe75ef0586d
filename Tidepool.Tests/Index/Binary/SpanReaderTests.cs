using System.Buffers;
using NUnit.Framework;
using Tidepool.Index.Binary;

namespace Tidepool.Tests.Index.Binary;

internal sealed class SpanReaderTests
{
    [Test]
    public void Read_WhatWasWritten_ReturnsIt()
    {
        var id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        byte[] large = new byte[10_000];
        new Random(3).NextBytes(large);
        var buffer = new ArrayBufferWriter<byte>(16);
        var writer = new SpanWriter(buffer);
        writer.WriteByte(7);
        writer.WriteUInt16(0xBEEF);
        writer.WriteInt32(-5);
        writer.WriteUInt32(5);
        writer.WriteInt64(long.MinValue);
        writer.WriteUInt64(ulong.MaxValue);
        writer.WriteUInt128(UInt128.MaxValue - 1);
        writer.WriteSingle(1.5f);
        writer.WriteDouble(-2.25);
        writer.WriteGuid(id);
        writer.WriteVarInt64(-300);
        writer.WriteLengthPrefixed(large);
        writer.WriteString("größe 😀");
        writer.Flush();

        var reader = new SpanReader(buffer.WrittenSpan);

        Assert.That(writer.Position, Is.EqualTo(buffer.WrittenCount));
        Assert.That(reader.ReadByte(), Is.EqualTo(7));
        Assert.That(reader.ReadUInt16(), Is.EqualTo(0xBEEF));
        Assert.That(reader.ReadInt32(), Is.EqualTo(-5));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(5));
        Assert.That(reader.ReadInt64(), Is.EqualTo(long.MinValue));
        Assert.That(reader.ReadUInt64(), Is.EqualTo(ulong.MaxValue));
        Assert.That(reader.ReadUInt128(), Is.EqualTo(UInt128.MaxValue - 1));
        Assert.That(reader.ReadSingle(), Is.EqualTo(1.5f));
        Assert.That(reader.ReadDouble(), Is.EqualTo(-2.25));
        Assert.That(reader.ReadGuid(), Is.EqualTo(id));
        Assert.That(reader.ReadVarInt64(), Is.EqualTo(-300));
        Assert.That(reader.ReadLengthPrefixed("large").SequenceEqual(large), Is.True);
        Assert.That(reader.ReadString("text"), Is.EqualTo("größe 😀"));
        reader.ExpectEnd();
    }

    [Test]
    public void Write_Guid_StoresTheBytesInTextOrder()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new SpanWriter(buffer);
        writer.WriteGuid(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));
        writer.Flush();

        Assert.That(Convert.ToHexString(buffer.WrittenSpan), Is.EqualTo("00112233445566778899AABBCCDDEEFF"));
    }

    [Test]
    public void Read_PastTheEnd_ThrowsAtTheOffset()
    {
        SegmentFormatException fault = Fault([1, 2, 3], 100, (ref SpanReader reader) =>
        {
            reader.ReadByte();
            reader.ReadInt32();
        });

        Assert.That(fault.Offset, Is.EqualTo(101));
    }

    [Test]
    public void ReadBytes_NegativeLength_Throws() =>
        Fault([1, 2, 3], 0, (ref SpanReader reader) => reader.ReadBytes(-1));

    [Test]
    public void ReadCount_MoreThanTheBytesLeftCanHold_Throws() =>
        Fault([3, 0, 0, 0, 0, 0], 0, (ref SpanReader reader) => reader.ReadCount(2, "row count"));

    [Test]
    public void ReadString_LengthPastTheEnd_Throws() =>
        Fault([0xFF, 0xFF, 0xFF, 0xFF, 0x07, 65], 0, (ref SpanReader reader) => reader.ReadString("name"));

    [Test]
    public void ReadString_InvalidUtf8_Throws() =>
        Fault([2, 0xC3, 0x28], 0, (ref SpanReader reader) => reader.ReadString("name"));

    [Test]
    public void ReadVarInt32_AboveItsMaximum_Throws() =>
        Fault([10], 0, (ref SpanReader reader) => reader.ReadVarInt32(9, "level"));

    [Test]
    public void ExpectEnd_BytesLeft_Throws() => Fault([1], 0, (ref SpanReader reader) => reader.ExpectEnd());

    private delegate void Reading(ref SpanReader reader);

    private static SegmentFormatException Fault(byte[] data, long baseOffset, Reading read)
    {
        try
        {
            var reader = new SpanReader(data, baseOffset);
            read(ref reader);
        }
        catch (SegmentFormatException fault)
        {
            return fault;
        }

        throw new AssertionException("No fault was reported.");
    }
}
