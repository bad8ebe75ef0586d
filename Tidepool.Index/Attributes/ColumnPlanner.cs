using System.Buffers;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Decides how a gathered column is stored, and so how long each of its parts is.</summary>
internal static class ColumnPlanner
{
    /// <summary>A dictionary has at most one entry for so many values.</summary>
    private const int MinValuesPerEntry = 4;

    /// <summary>The directory's entry without the parts' offsets; null when every row is null.</summary>
    /// <exception cref="InvalidOperationException">The column is too large for one segment.</exception>
    internal static StoredColumn? Plan(GatheredColumn column)
    {
        int rowCount = column.RowCount;
        int presentCount = CountPresent(column);
        if (presentCount == 0)
        {
            return null;
        }

        int elementCount = column.IsArray ? CheckSize(column, column.CountElements(), "elements") : 0;
        int valueCount = column.IsArray ? elementCount : rowCount;
        (long heapLength, int entryCount) = column.ValueType.IsText()
            ? MeasureText(column, column.IsArray ? elementCount : presentCount)
            : (0, 0);
        var stored = new StoredColumn
        {
            Name = column.Definition.Name,
            Type = column.Definition.Type,
            Encoding = entryCount > 0 ? ColumnEncoding.Dictionary : ColumnEncoding.Plain,
            NullCount = rowCount - presentCount,
            ElementCount = elementCount,
            EntryCount = entryCount,
        };
        SetLength(ColumnPart.Presence, presentCount == rowCount ? 0 : BitWords.CountFor(rowCount) * 8L);
        SetLength(ColumnPart.Zones, column.IsArray ? 0 : Zone.CountFor(rowCount) * (long)Zone.SizeBytes);
        SetLength(ColumnPart.Lists, column.IsArray ? (rowCount + 1L) * sizeof(int) : 0);
        if (column.ValueType == ColumnType.Boolean)
        {
            SetLength(ColumnPart.Values, BitWords.CountFor(valueCount) * 8L);
        }
        else if (!column.ValueType.IsText())
        {
            SetLength(ColumnPart.Values, (long)valueCount * column.ValueType.Width());
        }
        else
        {
            bool isDictionary = entryCount > 0;
            SetLength(ColumnPart.Values, isDictionary ? (long)valueCount * sizeof(int) : 0);
            SetLength(ColumnPart.Texts, ((isDictionary ? entryCount : valueCount) + 1L) * sizeof(int));
            SetLength(ColumnPart.Heap, heapLength);
        }

        return stored;

        void SetLength(ColumnPart part, long length) =>
            stored[part] = new StoredPart(0, CheckSize(column, length, "bytes in one part"));
    }

    private static int CountPresent(GatheredColumn column)
    {
        int wordCount = BitWords.CountFor(column.RowCount);
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(wordCount);
        try
        {
            Span<ulong> words = rented.AsSpan(0, wordCount);
            words.Clear();
            column.CopyPresence(words);
            return BitWords.PopCount(words);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    /// <summary>The heap's size, and how many entries the dictionary has; 0 without one.</summary>
    private static (long HeapLength, int EntryCount) MeasureText(GatheredColumn column, int valueCount)
    {
        TextDictionaryBuilder? dictionary = column.ValueType == ColumnType.String ? CreateDictionary(valueCount) : null;
        long length = 0;
        var walk = new TextWalk(column.GetValues());
        while (walk.MoveNext())
        {
            if (walk.HasValue)
            {
                length += walk.Length;
                if (dictionary is not null && !dictionary.TryAdd(walk.Source!, walk.Ordinal, out _))
                {
                    dictionary = null;
                }
            }
        }

        // Codes take as much as offsets do, so the dictionary itself must be smaller than the texts.
        return dictionary is { Count: > 0 } && dictionary.SizeBytes + (dictionary.Count * 4L) <= length
            ? (dictionary.SizeBytes, dictionary.Count)
            : (length, 0);
    }

    internal static TextDictionaryBuilder CreateDictionary(int valueCount) =>
        new(Math.Max(1, valueCount / MinValuesPerEntry));

    private static int CheckSize(GatheredColumn column, long size, string what) => size <= int.MaxValue
        ? (int)size
        : throw new InvalidOperationException(
            $"Column '{column.Definition.Name}' has {size} {what}; a segment holds at most {int.MaxValue}.");
}
