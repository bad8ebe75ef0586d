namespace Tidepool.Index.Attributes;

/// <summary>Byte strings that start with a prefix.</summary>
internal readonly ref struct PrefixTest(ReadOnlySpan<byte> prefix) : ITextTest
{
    private readonly ReadOnlySpan<byte> _prefix = prefix;

    public bool MayMatch(int length) => length >= _prefix.Length;

    public bool Matches(ReadOnlySpan<byte> text) => text.StartsWith(_prefix);

    public ZoneAnswer Decide(in Zone zone)
    {
        ulong low = Zone.KeyOf(_prefix);
        ulong high = _prefix.Length >= sizeof(ulong) ? low : low | (ulong.MaxValue >> (8 * _prefix.Length));
        return zone.Maximum < low || zone.Minimum > high ? ZoneAnswer.None : ZoneAnswer.Scan;
    }
}
