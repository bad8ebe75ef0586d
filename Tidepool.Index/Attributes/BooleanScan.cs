using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Bools that are true where true is asked for, false where false is.</summary>
internal readonly ref struct BooleanScan(ReadOnlySpan<ulong> values, bool hasFalse, bool hasTrue) : IColumnScan
{
    private readonly ReadOnlySpan<ulong> _values = values;

    public ZoneAnswer Decide(in Zone zone)
    {
        bool isAccepted = zone.Minimum == 0 ? hasFalse : hasTrue;
        return zone.Minimum != zone.Maximum ? ZoneAnswer.Scan : isAccepted ? ZoneAnswer.All : ZoneAnswer.None;
    }

    public void Restrict(int first, int count, scoped Span<ulong> words)
    {
        ulong ifFalse = hasFalse ? ulong.MaxValue : 0;
        ulong ifTrue = hasTrue ? ulong.MaxValue : 0;
        for (int w = 0; w < words.Length; w++)
        {
            ulong bits = BitWords.Read(_values, first + (w * 64));
            words[w] &= (bits & ifTrue) | (~bits & ifFalse);
        }
    }
}
