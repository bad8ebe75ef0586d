namespace Tidepool.Index.Attributes;

/// <summary>Byte strings in a heap that pass a test.</summary>
internal ref struct TextScan<TTest>(HeapColumn column, TTest test) : IColumnScan, IRowTest
    where TTest : struct, ITextTest, allows ref struct
{
    private TTest _test = test;

    public ZoneAnswer Decide(in Zone zone) => _test.Decide(zone);

    public void Restrict(int first, int count, scoped Span<ulong> words) => SetBits.Restrict(ref this, first, words);

    public bool Matches(int ordinal) =>
        _test.MayMatch(column.GetLength(ordinal)) && _test.Matches(column.GetText(ordinal));
}
