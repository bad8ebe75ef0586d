namespace Tidepool.Index.Bitmaps;

/// <summary>An immutable set of ordinals in 4 KiB pages, cheap to change by a copy: a snapshot's dead rows.</summary>
/// <remarks>A missing page is all zero, so an empty bitmap costs nothing, whatever its row count.</remarks>
internal sealed class PagedBitmap
{
    internal const int PageBits = 32_768;
    internal const int PageWords = PageBits / BitWords.BitsPerWord;

    /// <summary>Shorter than the rows need when the last pages are all zero.</summary>
    private readonly ulong[]?[] _pages;

    internal PagedBitmap(ulong[]?[] pages, int rowCount, int count)
    {
        _pages = pages;
        RowCount = rowCount;
        Count = count;
    }

    internal int RowCount { get; }

    /// <summary>How many ordinals are in the set.</summary>
    internal int Count { get; }

    internal ReadOnlySpan<ulong[]?> Pages => _pages;

    internal bool this[int ordinal]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)RowCount, nameof(ordinal));
            int page = ordinal / PageBits;
            return page < _pages.Length && _pages[page] is { } words && BitWords.Test(words, ordinal % PageBits);
        }
    }

    internal static PagedBitmap Empty(int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        return new PagedBitmap([], rowCount, 0);
    }

    /// <summary>Copies words that hold <paramref name="rowCount"/> bits; the bits past them are ignored.</summary>
    internal static PagedBitmap FromWords(ReadOnlySpan<ulong> words, int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(words.Length, BitWords.CountFor(rowCount), nameof(words));
        words = words[..BitWords.CountFor(rowCount)];
        var pages = new ulong[]?[PageCountFor(rowCount)];
        int count = 0;
        for (int page = 0; page < pages.Length; page++)
        {
            int first = page * PageWords;
            ReadOnlySpan<ulong> source = words.Slice(first, Math.Min(PageWords, words.Length - first));
            var copy = new ulong[PageWords];
            source.CopyTo(copy);
            if (page == pages.Length - 1)
            {
                copy[source.Length - 1] &= BitWords.TailMask(rowCount);
            }

            int pageCount = BitWords.PopCount(copy);
            pages[page] = pageCount == 0 ? null : copy;
            count += pageCount;
        }

        return new PagedBitmap(pages, rowCount, count);
    }

    /// <summary>A builder that starts with this set; it copies a page the first time it changes it.</summary>
    internal PagedBitmapBuilder Edit() => new(this);

    /// <summary>The same set over more rows.</summary>
    internal PagedBitmap Grow(int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowCount, RowCount);
        return rowCount == RowCount ? this : new PagedBitmap(_pages, rowCount, Count);
    }

    /// <summary>words &amp;= ~this, for words that start at ordinal 0 and may hold fewer or more rows.</summary>
    internal void AndNotInto(Span<ulong> words)
    {
        for (int page = 0; page < _pages.Length && page * PageWords < words.Length; page++)
        {
            if (_pages[page] is { } source)
            {
                Span<ulong> target = words[(page * PageWords)..];
                target = target[..Math.Min(PageWords, target.Length)];
                BitWords.AndNot(target, source.AsSpan(0, target.Length));
            }
        }
    }

    /// <summary>words |= this, for words that start at ordinal 0; the rows they do not hold are left out.</summary>
    internal void OrInto(Span<ulong> words)
    {
        for (int page = 0; page < _pages.Length && page * PageWords < words.Length; page++)
        {
            if (_pages[page] is { } source)
            {
                Span<ulong> target = words[(page * PageWords)..];
                target = target[..Math.Min(PageWords, target.Length)];
                BitWords.Or(target, source.AsSpan(0, target.Length));
            }
        }
    }

    internal RowBitmap ToRowBitmap()
    {
        var bitmap = new RowBitmap(RowCount);
        OrInto(bitmap.MutableWords);
        return bitmap;
    }

    internal static int PageCountFor(int rowCount) => (int)(((uint)rowCount + PageBits - 1) / PageBits);
}
