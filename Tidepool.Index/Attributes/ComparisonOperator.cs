namespace Tidepool.Index.Attributes;

/// <summary>An order that a filter asks for.</summary>
internal enum ComparisonOperator
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
