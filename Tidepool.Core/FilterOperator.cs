namespace Tidepool;

/// <summary>What a condition asks of an attribute.</summary>
internal enum FilterOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Contains,
    ContainsAny,
    ContainsAll,
    StartsWith,
    Matches,
    IsNull,
}
