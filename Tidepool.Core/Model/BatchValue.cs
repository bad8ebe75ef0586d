using System.Text.Unicode;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;

namespace Tidepool.Model;

/// <summary>A value of a batch, in place; never null.</summary>
internal readonly ref struct BatchValue
{
    private BatchValue(ColumnType type, long bits, ReadOnlySpan<byte> bytes, int count)
    {
        Type = type;
        Bits = bits;
        Bytes = bytes;
        Count = count;
    }

    internal ColumnType Type { get; }

    /// <summary>A bool as 0 or 1, an integer, a double's bits, or an instant's UTC ticks.</summary>
    internal long Bits { get; }

    /// <summary>A string's UTF-8, the bytes, a Guid's 16 bytes in big-endian order, or an array's elements as they are
    /// stored.</summary>
    internal ReadOnlySpan<byte> Bytes { get; }

    /// <summary>How many elements an array has.</summary>
    internal int Count { get; }

    /// <summary>Reads and checks a value of a type.</summary>
    internal static BatchValue Read(scoped ref SpanReader reader, ColumnType type)
    {
        switch (type)
        {
            case ColumnType.Boolean:
                return new BatchValue(type, ReadBoolean(ref reader), default, 0);
            case ColumnType.Int64:
            case ColumnType.Double:
                return new BatchValue(type, reader.ReadInt64(), default, 0);
            case ColumnType.Timestamp:
                return new BatchValue(type, ReadTicks(ref reader), default, 0);
            case ColumnType.String:
                return new BatchValue(type, 0, ReadText(ref reader), 0);
            case ColumnType.Guid:
                return new BatchValue(type, 0, reader.ReadBytes(16), 0);
            case ColumnType.Bytes:
                return new BatchValue(type, 0, reader.ReadLengthPrefixed("the size of a value"), 0);
            default:
                return ReadArray(ref reader, type);
        }
    }

    /// <summary>The elements of an array of strings.</summary>
    internal BatchStrings GetStrings() => new(Bytes, Count);

    private static BatchValue ReadArray(scoped ref SpanReader reader, ColumnType type)
    {
        int elementSizeBytes = type switch
        {
            ColumnType.BooleanArray or ColumnType.StringArray => 1,
            ColumnType.GuidArray => 16,
            _ => sizeof(long),
        };
        int count = reader.ReadCount(elementSizeBytes, "the number of elements");
        SpanReader elements = reader;
        int start = reader.Position;
        switch (type)
        {
            case ColumnType.StringArray:
                for (int i = 0; i < count; i++)
                {
                    ReadText(ref reader);
                }

                break;
            case ColumnType.BooleanArray:
                for (int i = 0; i < count; i++)
                {
                    ReadBoolean(ref reader);
                }

                break;
            case ColumnType.TimestampArray:
                for (int i = 0; i < count; i++)
                {
                    ReadTicks(ref reader);
                }

                break;
            default:
                reader.Skip(count * elementSizeBytes);
                break;
        }

        return new BatchValue(type, 0, elements.ReadBytes(reader.Position - start), count);
    }

    private static byte ReadBoolean(scoped ref SpanReader reader)
    {
        long start = reader.Offset;
        byte value = reader.ReadByte();
        return value <= 1 ? value : throw new SegmentFormatException($"a truth value is {value}", start);
    }

    private static long ReadTicks(scoped ref SpanReader reader)
    {
        long start = reader.Offset;
        long ticks = reader.ReadInt64();
        return (ulong)ticks <= (ulong)DateTime.MaxValue.Ticks
            ? ticks
            : throw new SegmentFormatException($"an instant has {ticks} ticks", start);
    }

    private static ReadOnlySpan<byte> ReadText(scoped ref SpanReader reader)
    {
        long start = reader.Offset;
        ReadOnlySpan<byte> utf8 = reader.ReadLengthPrefixed("the size of a string");
        return Utf8.IsValid(utf8) ? utf8 : throw new SegmentFormatException("a string is not valid UTF-8", start);
    }
}
