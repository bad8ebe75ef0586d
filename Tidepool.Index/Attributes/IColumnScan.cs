namespace Tidepool.Index.Attributes;

/// <summary>One condition compiled for one column; null rows are its caller's business.</summary>
internal interface IColumnScan
{
    ZoneAnswer Decide(in Zone zone);

    /// <summary>Clears the bits of rows that do not match; bit 0 is row <paramref name="first"/>.</summary>
    /// <param name="first">Any stored row.</param>
    /// <param name="count">How many stored rows, at most <see cref="Zone.RowCount"/>.</param>
    /// <param name="words">As many words as the rows need. The bits of null rows may become anything.</param>
    void Restrict(int first, int count, scoped Span<ulong> words);
}
