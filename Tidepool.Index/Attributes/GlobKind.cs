namespace Tidepool.Index.Attributes;

/// <summary>How much of a pattern is literal.</summary>
internal enum GlobKind
{
    /// <summary>All of it.</summary>
    Literal,

    /// <summary>All but the <c>*</c> at its end.</summary>
    Prefix,
    General,
}
