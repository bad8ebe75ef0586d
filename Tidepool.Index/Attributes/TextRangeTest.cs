namespace Tidepool.Index.Attributes;

/// <summary>Byte strings on one side of an operand.</summary>
internal readonly ref struct TextRangeTest(ComparisonOperator comparison, ReadOnlySpan<byte> operand) : ITextTest
{
    private readonly ReadOnlySpan<byte> _operand = operand;

    public bool MayMatch(int length) => true;

    public bool Matches(ReadOnlySpan<byte> text) => comparison.Accepts(text.SequenceCompareTo(_operand));

    public ZoneAnswer Decide(in Zone zone)
    {
        ulong key = Zone.KeyOf(_operand);
        if (zone.Maximum < key)
        {
            return comparison.Accepts(-1) ? ZoneAnswer.All : ZoneAnswer.None;
        }

        if (zone.Minimum > key)
        {
            return comparison.Accepts(1) ? ZoneAnswer.All : ZoneAnswer.None;
        }

        return ZoneAnswer.Scan;
    }
}
