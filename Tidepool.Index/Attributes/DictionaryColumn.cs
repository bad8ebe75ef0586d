using System.Runtime.InteropServices;

namespace Tidepool.Index.Attributes;

/// <summary>Byte strings as codes into a dictionary of distinct values in ascending byte order.</summary>
internal sealed class DictionaryColumn(
    in ColumnShape shape, ReadOnlyMemory<byte> codes, ReadOnlyMemory<byte> offsets, ReadOnlyMemory<byte> heap)
    : TextColumn(shape)
{
    private readonly ReadOnlyMemory<byte> _codes = codes;
    private readonly ReadOnlyMemory<byte> _offsets = offsets;
    private readonly ReadOnlyMemory<byte> _heap = heap;

    /// <summary>One per stored row, each below <see cref="EntryCount"/>; a null row's is 0.</summary>
    internal ReadOnlySpan<int> Codes => MemoryMarshal.Cast<byte, int>(_codes.Span);

    /// <summary>How many distinct values there are.</summary>
    internal int EntryCount => (_offsets.Length / sizeof(int)) - 1;

    internal override int GetLength(int ordinal)
    {
        ReadOnlySpan<int> offsets = MemoryMarshal.Cast<byte, int>(_offsets.Span);
        int code = Codes[ordinal];
        return offsets[code + 1] - offsets[code];
    }

    internal override ReadOnlySpan<byte> GetText(int ordinal) => GetEntry(Codes[ordinal]);

    internal ReadOnlySpan<byte> GetEntry(int code)
    {
        ReadOnlySpan<int> offsets = MemoryMarshal.Cast<byte, int>(_offsets.Span);
        return _heap.Span[offsets[code]..offsets[code + 1]];
    }

    /// <summary>The first code whose value is at or above a text; <see cref="EntryCount"/> if none is.</summary>
    internal int FindFirstAtOrAbove(ReadOnlySpan<byte> text)
    {
        int low = 0;
        int high = EntryCount;
        while (low < high)
        {
            int middle = low + ((high - low) >> 1);
            if (GetEntry(middle).SequenceCompareTo(text) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The first code from <paramref name="from"/> on whose value does not start with a prefix.</summary>
    /// <remarks>The values from there on are at or above the prefix, so those that start with it come first.</remarks>
    internal int FindEndOfPrefix(ReadOnlySpan<byte> prefix, int from)
    {
        int low = from;
        int high = EntryCount;
        while (low < high)
        {
            int middle = low + ((high - low) >> 1);
            if (GetEntry(middle).StartsWith(prefix))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
