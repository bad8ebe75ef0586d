namespace Tidepool.Index.Bitmaps;

/// <summary>Changes to a <see cref="PagedBitmap"/>, which stays as it is; touched pages are copied once.</summary>
/// <remarks>For one thread. After <see cref="Freeze"/> it may go on, and copies again what it touches again.</remarks>
internal sealed class PagedBitmapBuilder
{
    private PagedBitmap _base;

    /// <summary>Null until the first change. A page that is not the base's own is this builder's copy.</summary>
    private ulong[]?[]? _pages;

    internal PagedBitmapBuilder(PagedBitmap start)
    {
        _base = start;
        RowCount = start.RowCount;
        Count = start.Count;
    }

    internal int RowCount { get; private set; }

    internal int Count { get; private set; }

    internal bool this[int ordinal]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)RowCount, nameof(ordinal));
            int page = ordinal / PagedBitmap.PageBits;
            ReadOnlySpan<ulong[]?> pages = _pages ?? _base.Pages;
            return page < pages.Length && pages[page] is { } words
                && BitWords.Test(words, ordinal % PagedBitmap.PageBits);
        }
    }

    internal void Grow(int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowCount, RowCount);
        RowCount = rowCount;
    }

    /// <summary>Adds an ordinal; false when it was there.</summary>
    internal bool Set(int ordinal)
    {
        if (this[ordinal])
        {
            return false;
        }

        BitWords.Set(OwnPage(ordinal / PagedBitmap.PageBits), ordinal % PagedBitmap.PageBits);
        Count++;
        return true;
    }

    /// <summary>Removes an ordinal; false when it was not there.</summary>
    internal bool Clear(int ordinal)
    {
        if (!this[ordinal])
        {
            return false;
        }

        int bit = ordinal % PagedBitmap.PageBits;
        OwnPage(ordinal / PagedBitmap.PageBits)[bit >> 6] &= ~(1UL << (bit & 63));
        Count--;
        return true;
    }

    /// <summary>The set as it is now; the bitmap it began with when nothing changed.</summary>
    internal PagedBitmap Freeze()
    {
        if (_pages is not null)
        {
            _base = new PagedBitmap(_pages, RowCount, Count);
            _pages = null;
        }
        else if (RowCount != _base.RowCount)
        {
            _base = _base.Grow(RowCount);
        }

        return _base;
    }

    private ulong[] OwnPage(int page)
    {
        if (_pages is null)
        {
            _pages = new ulong[]?[PagedBitmap.PageCountFor(RowCount)];
            _base.Pages.CopyTo(_pages);
        }
        else if (page >= _pages.Length)
        {
            Array.Resize(ref _pages, PagedBitmap.PageCountFor(RowCount));
        }

        ulong[]? words = _pages[page];
        ulong[]? shared = page < _base.Pages.Length ? _base.Pages[page] : null;
        if (words is null)
        {
            words = new ulong[PagedBitmap.PageWords];
            _pages[page] = words;
        }
        else if (ReferenceEquals(words, shared))
        {
            words = (ulong[])words.Clone();
            _pages[page] = words;
        }

        return words;
    }
}
