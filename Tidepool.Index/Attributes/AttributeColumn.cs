using System.Runtime.InteropServices;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>The values of one attribute, one per ordinal: of a segment, or visible ones of a memtable chunk.</summary>
/// <remarks>Immutable for its readers; any number of threads may read, as long as what it reads from is open.</remarks>
internal abstract class AttributeColumn
{
    private readonly ReadOnlyMemory<byte> _presence;
    private readonly ReadOnlyMemory<byte> _zones;

    private protected AttributeColumn(in ColumnShape shape)
    {
        Type = shape.Type;
        RowCount = shape.RowCount;
        StoredRowCount = shape.StoredRowCount;
        _presence = shape.Presence;
        _zones = shape.Zones;
    }

    internal ColumnType Type { get; }

    internal int RowCount { get; }

    /// <summary>The rows from this ordinal on are null and have no place among the values.</summary>
    internal int StoredRowCount { get; }

    /// <summary>Summaries of every 1,024 rows; empty when there are none.</summary>
    internal ReadOnlySpan<Zone> Zones => MemoryMarshal.Cast<byte, Zone>(_zones.Span);

    /// <summary>Bits past the stored rows mean nothing: their writer may be setting them.</summary>
    private ReadOnlySpan<ulong> Presence => MemoryMarshal.Cast<byte, ulong>(_presence.Span);

    internal bool IsNull(int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)RowCount, nameof(ordinal));
        return ordinal >= StoredRowCount || (!_presence.IsEmpty && !BitWords.Test(Presence, ordinal));
    }

    /// <summary>The value of a row; strings, bytes and arrays are made anew.</summary>
    internal ColumnValue GetValue(int ordinal) => IsNull(ordinal) ? ColumnValue.Null : GetStoredValue(ordinal);

    /// <summary>Clears the bits of null rows; bit 0 is row <paramref name="first"/>, a multiple of 64.</summary>
    internal void RestrictToPresent(int first, Span<ulong> words)
    {
        int stored = (int)Math.Clamp(StoredRowCount - (long)first, 0, (long)words.Length * 64);
        int wordCount = BitWords.CountFor(stored);
        words[wordCount..].Clear();
        if (wordCount == 0)
        {
            return;
        }

        if (!_presence.IsEmpty)
        {
            BitWords.And(words[..wordCount], Presence.Slice(first >> 6, wordCount));
        }

        words[wordCount - 1] &= BitWords.TailMask(stored);
    }

    /// <summary>Sets the bits, which are 0, of those stored rows [first, first + count) that have a value.</summary>
    internal void CopyPresence(int first, int count, Span<ulong> target, int targetBit)
    {
        if (_presence.IsEmpty)
        {
            BitWords.SetRange(target, targetBit, count);
        }
        else
        {
            BitWords.CopyRange(Presence, first, target, targetBit, count);
        }
    }

    /// <summary>The value of a stored row that is not null.</summary>
    private protected abstract ColumnValue GetStoredValue(int ordinal);
}
