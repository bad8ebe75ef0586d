namespace Tidepool.Index.Attributes;

/// <summary>Strings that fit a pattern.</summary>
internal readonly ref struct GlobTest(GlobPattern pattern) : ITextTest
{
    public bool MayMatch(int length) => length >= pattern.LiteralPrefixUtf8.Length;

    public bool Matches(ReadOnlySpan<byte> text) => pattern.IsMatch(text);

    public ZoneAnswer Decide(in Zone zone) => new PrefixTest(pattern.LiteralPrefixUtf8).Decide(zone);
}
