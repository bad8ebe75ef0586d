namespace Tidepool.Index.Attributes;

/// <summary>A condition on byte strings.</summary>
internal interface ITextTest
{
    /// <summary>False when no byte string of that length meets the condition.</summary>
    bool MayMatch(int length);

    bool Matches(ReadOnlySpan<byte> text);

    ZoneAnswer Decide(in Zone zone);
}
