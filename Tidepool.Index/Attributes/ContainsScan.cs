using System.Numerics;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Arrays that have an element which a scan of the elements finds.</summary>
internal ref struct ContainsScan<TScan>(ListColumn column, TScan elements) : IColumnScan
    where TScan : struct, IColumnScan, allows ref struct
{
    private TScan _elements = elements;

    public ZoneAnswer Decide(in Zone zone) => ZoneAnswer.Scan;

    public void Restrict(int first, int count, scoped Span<ulong> words)
    {
        int firstWord = words.IndexOfAnyExcept(0UL);
        if (firstWord < 0)
        {
            return;
        }

        ReadOnlySpan<int> offsets = column.Offsets.Slice(first, count + 1);
        int lastWord = words.LastIndexOfAnyExcept(0UL);
        int row = (firstWord * 64) + BitOperations.TrailingZeroCount(words[firstWord]);
        int lastRow = (lastWord * 64) + BitOperations.Log2(words[lastWord]);
        int end = offsets[lastRow + 1];
        Span<ulong> hits = stackalloc ulong[Zone.WordCount];
        Span<ulong> block = stackalloc ulong[Zone.WordCount];
        hits.Clear();
        for (int element = offsets[row]; element < end; element += Zone.RowCount)
        {
            int elementCount = Math.Min(Zone.RowCount, end - element);
            Span<ulong> found = block[..BitWords.CountFor(elementCount)];
            found.Fill(ulong.MaxValue);
            found[^1] = BitWords.TailMask(elementCount);
            _elements.Restrict(element, elementCount, found);
            row = MarkRows(offsets, row, element, found, hits);
        }

        BitWords.And(words, hits[..words.Length]);
    }

    /// <summary>Sets the bits of the rows whose elements were found; the row of the last one.</summary>
    private static int MarkRows(
        ReadOnlySpan<int> offsets, int row, int firstElement, ReadOnlySpan<ulong> found, Span<ulong> hits)
    {
        for (int w = 0; w < found.Length; w++)
        {
            for (ulong rest = found[w]; rest != 0; rest &= rest - 1)
            {
                int element = firstElement + (w * 64) + BitOperations.TrailingZeroCount(rest);
                while (offsets[row + 1] <= element)
                {
                    row++;
                }

                BitWords.Set(hits, row);
            }
        }

        return row;
    }
}
