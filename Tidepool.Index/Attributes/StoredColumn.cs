using System.Buffers.Binary;
using Tidepool.Index.Binary;

namespace Tidepool.Index.Attributes;

/// <summary>What the directory of an attributes section says of one column.</summary>
internal sealed class StoredColumn
{
    private readonly StoredPart[] _parts = new StoredPart[AttributeFormat.PartCount];

    internal required string Name { get; init; }

    internal required ColumnType Type { get; init; }

    internal required ColumnEncoding Encoding { get; init; }

    internal required int NullCount { get; init; }

    /// <summary>How many elements the arrays have together; 0 for every other type.</summary>
    internal required int ElementCount { get; init; }

    /// <summary>How many distinct values the dictionary has; 0 without one.</summary>
    internal required int EntryCount { get; init; }

    internal ref StoredPart this[ColumnPart part] => ref _parts[(int)part];

    internal void Write(Span<byte> target, int nameOffset, int nameLength)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, nameOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(target[4..], checked((ushort)nameLength));
        target[6] = (byte)Type;
        target[7] = (byte)Encoding;
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], NullCount);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], ElementCount);
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], EntryCount);
        BinaryPrimitives.WriteInt32LittleEndian(target[20..], 0);
        Span<byte> parts = target[24..];
        foreach (StoredPart part in _parts)
        {
            BinaryPrimitives.WriteInt64LittleEndian(parts, part.Offset);
            BinaryPrimitives.WriteInt64LittleEndian(parts[8..], part.Length);
            parts = parts[AttributeFormat.PartSizeBytes..];
        }
    }

    /// <summary>Reads an entry of the directory; what its numbers mean is checked when the column is opened.</summary>
    internal static StoredColumn Read(ref SpanReader reader, ReadOnlySpan<byte> names)
    {
        long start = reader.Offset;
        uint nameOffset = reader.ReadUInt32();
        int nameLength = reader.ReadUInt16();
        if (nameOffset > names.Length || nameLength > names.Length - nameOffset)
        {
            throw new SegmentFormatException(
                $"A column's name is [{nameOffset}, +{nameLength}) of {names.Length} bytes of names", start);
        }

        byte type = reader.ReadByte();
        byte encoding = reader.ReadByte();
        var column = new StoredColumn
        {
            Name = DecodeName(names.Slice((int)nameOffset, nameLength), start),
            Type = (ColumnType)type,
            Encoding = (ColumnEncoding)encoding,
            NullCount = ReadCount(ref reader, "null"),
            ElementCount = ReadCount(ref reader, "element"),
            EntryCount = ReadCount(ref reader, "dictionary entry"),
        };
        if (reader.ReadUInt32() != 0)
        {
            throw new SegmentFormatException($"Reserved bytes of column '{column.Name}' are not 0", reader.Offset - 4);
        }

        for (int i = 0; i < AttributeFormat.PartCount; i++)
        {
            column._parts[i] = new StoredPart(reader.ReadInt64(), reader.ReadInt64());
        }

        return column;
    }

    private static int ReadCount(ref SpanReader reader, string what)
    {
        int count = reader.ReadInt32();
        return count >= 0 ? count : throw reader.Fault($"A column's {what} count is {(uint)count}");
    }

    private static string DecodeName(ReadOnlySpan<byte> utf8, long offset)
    {
        try
        {
            return StrictUtf8.Encoding.GetString(utf8);
        }
        catch (ArgumentException inner)
        {
            throw new SegmentFormatException("A column's name is not valid UTF-8", offset, inner);
        }
    }
}
