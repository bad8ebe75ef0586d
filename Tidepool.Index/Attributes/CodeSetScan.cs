using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Dictionary codes whose bit is set.</summary>
/// <param name="codes">The column's codes.</param>
/// <param name="set">One bit per code of the dictionary.</param>
/// <param name="low">The first code that is set.</param>
/// <param name="high">The last code that is set.</param>
internal readonly ref struct CodeSetScan(ReadOnlySpan<int> codes, ReadOnlySpan<ulong> set, int low, int high)
    : IColumnScan, IRowTest
{
    private readonly ReadOnlySpan<int> _codes = codes;
    private readonly ReadOnlySpan<ulong> _set = set;

    public ZoneAnswer Decide(in Zone zone) =>
        zone.Maximum < (ulong)low || zone.Minimum > (ulong)high ? ZoneAnswer.None : ZoneAnswer.Scan;

    public void Restrict(int first, int count, scoped Span<ulong> words)
    {
        RangeBits.Restrict(_codes.Slice(first, count), low, high, words);
        CodeSetScan test = this;
        SetBits.Restrict(ref test, first, words);
    }

    public bool Matches(int ordinal) => BitWords.Test(_set, _codes[ordinal]);
}
