using System.Diagnostics;

namespace Tidepool.Index.Attributes;

/// <summary>What a <see cref="ComparisonOperator"/> accepts.</summary>
internal static class ComparisonOperators
{
    /// <summary>Whether the order of a value to the operand (negative, 0, positive) is the one asked for.</summary>
    internal static bool Accepts(this ComparisonOperator comparison, int order) => comparison switch
    {
        ComparisonOperator.Less => order < 0,
        ComparisonOperator.LessOrEqual => order <= 0,
        ComparisonOperator.Greater => order > 0,
        ComparisonOperator.GreaterOrEqual => order >= 0,
        _ => throw new UnreachableException($"There is no comparison {comparison}."),
    };
}
