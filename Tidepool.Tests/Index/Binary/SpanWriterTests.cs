using System.Buffers;
using System.Text;
using NUnit.Framework;
using Tidepool.Index.Binary;

namespace Tidepool.Tests.Index.Binary;

internal sealed class SpanWriterTests
{
    /// <summary>Every kind of write, crossing the ends of the spans that the buffer writer hands out.</summary>
    [Test]
    public void Write_AnySequence_ReadsBack([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        List<object> values = [.. Enumerable.Range(0, 200).Select(_ => RandomValue(random))];
        var output = new StingyWriter();
        var writer = new SpanWriter(output);
        foreach (object value in values)
        {
            Write(ref writer, value);
        }

        writer.Flush();
        Assert.That(writer.Position, Is.EqualTo(output.Written.Count));

        var reader = new SpanReader(output.Written.ToArray());
        foreach (object value in values)
        {
            Assert.That(Read(ref reader, value), Is.EqualTo(value), $"seed {seed}");
        }

        reader.ExpectEnd();
    }

    private static object RandomValue(Random random) => random.Next(9) switch
    {
        0 => (byte)random.Next(256),
        1 => (ushort)random.Next(65_536),
        2 => random.Next(),
        3 => (uint)random.Next(),
        4 => random.NextInt64() >> random.Next(64),
        5 => (ulong)random.NextInt64() >> random.Next(64),
        6 => random.NextDouble(),
        7 => new string('é', random.Next(200)),
        _ => new byte[random.Next(600)],
    };

    private static void Write(ref SpanWriter writer, object value)
    {
        switch (value)
        {
            case byte number:
                writer.WriteByte(number);
                break;
            case ushort number:
                writer.WriteUInt16(number);
                break;
            case int number:
                writer.WriteInt32(number);
                break;
            case uint number:
                writer.WriteUInt32(number);
                break;
            case long number:
                writer.WriteVarInt64(number);
                break;
            case ulong number:
                writer.WriteVarUInt64(number);
                break;
            case double number:
                writer.WriteDouble(number);
                break;
            case string text:
                writer.WriteString(text);
                break;
            default:
                writer.WriteLengthPrefixed((byte[])value);
                break;
        }
    }

    private static object Read(ref SpanReader reader, object like) => like switch
    {
        byte => reader.ReadByte(),
        ushort => reader.ReadUInt16(),
        int => reader.ReadInt32(),
        uint => reader.ReadUInt32(),
        long => reader.ReadVarInt64(),
        ulong => reader.ReadVarUInt64(),
        double => reader.ReadDouble(),
        string => Encoding.UTF8.GetString(reader.ReadLengthPrefixed("text")),
        _ => reader.ReadLengthPrefixed("bytes").ToArray(),
    };

    /// <summary>Hands out no more than was asked for, so that most writes begin a new span.</summary>
    private sealed class StingyWriter : IBufferWriter<byte>
    {
        private byte[] _span = [];

        internal List<byte> Written { get; } = [];

        public void Advance(int count) => Written.AddRange(_span[..count]);

        public Memory<byte> GetMemory(int sizeHint = 0) => _span = new byte[Math.Max(1, sizeHint)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
