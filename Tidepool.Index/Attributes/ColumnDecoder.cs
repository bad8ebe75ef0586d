using System.Runtime.InteropServices;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Opens one stored column: checks whatever a later access relies on to stay in bounds.</summary>
/// <remarks>
/// The text of a heap is neither read nor checked here, so that columns of long texts open fast; what is no UTF-8 is
/// decoded with replacement characters. Checksums are the source's business.
/// </remarks>
internal sealed class ColumnDecoder(IByteSource source, long baseOffset, int rowCount, StoredColumn stored)
{
    private bool IsArray => stored.Type.IsArray();

    private ColumnType ValueType => IsArray ? stored.Type.ElementType() : stored.Type;

    private int ValueCount => IsArray ? stored.ElementCount : rowCount;

    /// <exception cref="SegmentFormatException">The column does not follow its format.</exception>
    internal AttributeColumn Decode()
    {
        CheckDirectory();
        ReadOnlyMemory<byte> presence = ReadPresence();
        if (!IsArray)
        {
            return DecodeValues(new ColumnShape(stored.Type, rowCount, rowCount, presence, ReadZones()));
        }

        ReadOnlyMemory<byte> lists = ReadPart(ColumnPart.Lists, (rowCount + 1L) * sizeof(int));
        CheckOffsets(ColumnPart.Lists, lists, stored.ElementCount);
        AttributeColumn elements = DecodeValues(new ColumnShape(ValueType, ValueCount, ValueCount, default, default));
        return new ListColumn(new ColumnShape(stored.Type, rowCount, rowCount, presence, default), lists, elements);
    }

    private void CheckDirectory()
    {
        if (!stored.Type.IsColumn())
        {
            throw Fault(null, $"has the unknown type {(byte)stored.Type}");
        }

        bool isDictionary = stored.Encoding == ColumnEncoding.Dictionary && ValueType == ColumnType.String;
        if (!isDictionary && stored.Encoding != ColumnEncoding.Plain)
        {
            throw Fault(null, $"has the encoding {(byte)stored.Encoding}, unknown for {stored.Type}");
        }

        if (stored.NullCount > rowCount
            || (stored.ElementCount != 0 && !IsArray)
            || (stored.EntryCount != 0 && !isDictionary))
        {
            throw Fault(
                null,
                $"of {stored.Type} has {stored.NullCount} nulls among {rowCount} rows, " +
                $"{stored.ElementCount} elements and {stored.EntryCount} dictionary entries");
        }

        ExpectNone(ColumnPart.Zones, IsArray);
        ExpectNone(ColumnPart.Lists, !IsArray);
        ExpectNone(ColumnPart.Values, ValueType.IsText() && !isDictionary);
        ExpectNone(ColumnPart.Texts, !ValueType.IsText());
        ExpectNone(ColumnPart.Heap, !ValueType.IsText());
    }

    private ReadOnlyMemory<byte> ReadPresence()
    {
        if (stored.NullCount == 0)
        {
            ExpectNone(ColumnPart.Presence, true);
            return default;
        }

        ReadOnlyMemory<byte> presence = ReadPart(ColumnPart.Presence, (long)BitWords.CountFor(rowCount) * 8);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(presence.Span);
        if (BitWords.PopCount(words) != rowCount - stored.NullCount || (words[^1] & ~BitWords.TailMask(rowCount)) != 0)
        {
            throw Fault(ColumnPart.Presence, $"does not mark {rowCount - stored.NullCount} of {rowCount} rows");
        }

        return presence;
    }

    private ReadOnlyMemory<byte> ReadZones()
    {
        ReadOnlyMemory<byte> zones = ReadPart(ColumnPart.Zones, (long)Zone.CountFor(rowCount) * Zone.SizeBytes);
        foreach (ref readonly Zone zone in MemoryMarshal.Cast<byte, Zone>(zones.Span))
        {
            if (zone.NullCount < 0 || zone.NanCount < 0 || (long)zone.NullCount + zone.NanCount > Zone.RowCount)
            {
                throw Fault(ColumnPart.Zones, $"counts {zone.NullCount} nulls and {zone.NanCount} NaNs in a zone");
            }
        }

        return zones;
    }

    private AttributeColumn DecodeValues(in ColumnShape shape)
    {
        if (shape.Type == ColumnType.Boolean)
        {
            return new BooleanColumn(shape, ReadPart(ColumnPart.Values, (long)BitWords.CountFor(ValueCount) * 8));
        }

        if (shape.Type.IsText())
        {
            return stored.Encoding == ColumnEncoding.Plain ? DecodeHeap(shape) : DecodeDictionary(shape);
        }

        ReadOnlyMemory<byte> values = ReadPart(ColumnPart.Values, (long)ValueCount * shape.Type.Width());
        ulong tickCount = (ulong)DateTime.MaxValue.Ticks + 1;
        if (shape.Type == ColumnType.Timestamp
            && !OrderChecks.AreAllBelow(MemoryMarshal.Cast<byte, ulong>(values.Span), tickCount))
        {
            throw Fault(ColumnPart.Values, "has an instant that no date has");
        }

        return new FixedColumn(shape, values);
    }

    private HeapColumn DecodeHeap(in ColumnShape shape)
    {
        StoredPart heap = CheckBounds(ColumnPart.Heap);
        ReadOnlyMemory<byte> offsets = ReadPart(ColumnPart.Texts, (ValueCount + 1L) * sizeof(int));
        CheckOffsets(ColumnPart.Texts, offsets, (int)heap.Length);
        return new HeapColumn(shape, offsets, source, heap.Offset);
    }

    private DictionaryColumn DecodeDictionary(in ColumnShape shape)
    {
        StoredPart heapPart = CheckBounds(ColumnPart.Heap);
        ReadOnlyMemory<byte> heap = ReadPart(ColumnPart.Heap, heapPart.Length);
        ReadOnlyMemory<byte> offsets = ReadPart(ColumnPart.Texts, (stored.EntryCount + 1L) * sizeof(int));
        CheckOffsets(ColumnPart.Texts, offsets, heap.Length);
        ReadOnlyMemory<byte> codes = ReadPart(ColumnPart.Values, (long)ValueCount * sizeof(int));
        if (!OrderChecks.AreAllBelow(MemoryMarshal.Cast<byte, uint>(codes.Span), (uint)stored.EntryCount))
        {
            throw Fault(ColumnPart.Values, $"has a code past the {stored.EntryCount} entries of the dictionary");
        }

        var column = new DictionaryColumn(shape, codes, offsets, heap);
        for (int code = 1; code < stored.EntryCount; code++)
        {
            if (column.GetEntry(code - 1).SequenceCompareTo(column.GetEntry(code)) >= 0)
            {
                throw Fault(ColumnPart.Heap, $"does not ascend at entry {code} of the dictionary");
            }
        }

        return column;
    }

    private ReadOnlyMemory<byte> ReadPart(ColumnPart part, long expectedLength)
    {
        StoredPart place = CheckBounds(part);
        if (place.Length != expectedLength)
        {
            throw Fault(part, $"has {place.Length} bytes, expected {expectedLength}");
        }

        return place.Length == 0 ? default : source.Read(place.Offset, (int)place.Length);
    }

    private StoredPart CheckBounds(ColumnPart part)
    {
        StoredPart place = stored[part];
        bool isInside = place.Offset >= 0 && place.Length >= 0 && place.Length <= source.Length - place.Offset;
        if (!isInside || place.Length > int.MaxValue || place.Offset % AttributeFormat.Alignment != 0)
        {
            throw Fault(part, $"is [{place.Offset}, +{place.Length}) of {source.Length} bytes");
        }

        return place;
    }

    private void ExpectNone(ColumnPart part, bool condition)
    {
        if (condition && stored[part] != default)
        {
            throw Fault(part, "should not be there");
        }
    }

    /// <summary>Offsets start at 0, never decrease and end at the end of what they point into.</summary>
    private void CheckOffsets(ColumnPart part, ReadOnlyMemory<byte> bytes, int end)
    {
        ReadOnlySpan<int> offsets = MemoryMarshal.Cast<byte, int>(bytes.Span);
        if (offsets[0] != 0 || offsets[^1] != end || !OrderChecks.NeverDecreases(offsets))
        {
            throw Fault(part, $"does not ascend from 0 to {end}");
        }
    }

    private SegmentFormatException Fault(ColumnPart? part, string message) => part is { } known
        ? new(
            $"Column '{stored.Name}': its {known} part {message}",
            baseOffset + Math.Clamp(stored[known].Offset, 0, source.Length))
        : new($"Column '{stored.Name}' {message}", baseOffset);
}
