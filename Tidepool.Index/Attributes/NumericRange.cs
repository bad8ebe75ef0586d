using System.Diagnostics;

namespace Tidepool.Index.Attributes;

/// <summary>Turns a comparison with a number into the closed range of the column's type that meets it.</summary>
internal static class NumericRange
{
    private const double TwoToThe63 = 9_223_372_036_854_775_808.0;

    /// <summary>The integers (or ticks) that compare so; false if none does.</summary>
    internal static bool TryGet(ComparisonOperator comparison, in ColumnValue operand, out long low, out long high)
    {
        switch (operand.Type)
        {
            case ColumnType.Int64:
                return TryGet(comparison, operand.AsInt64(), out low, out high);
            case ColumnType.Timestamp:
                return TryGet(comparison, operand.AsTimestamp(), out low, out high);
            case ColumnType.Double:
                return TryGet(comparison, operand.AsDouble(), out low, out high);
            default:
                (low, high) = (0, 0);
                return false;
        }
    }

    /// <summary>The doubles that compare so; false if none does.</summary>
    internal static bool TryGet(ComparisonOperator comparison, in ColumnValue operand, out double low, out double high)
    {
        (low, high) = (double.NegativeInfinity, double.PositiveInfinity);
        double bound;
        if (operand.Type == ColumnType.Double)
        {
            bound = operand.AsDouble();
        }
        else if (operand.Type == ColumnType.Int64)
        {
            bound = operand.AsInt64();
            ValueOrder.TryCompare(operand.AsInt64(), bound, out int order);
            if (order != 0)
            {
                // No double lies between the integer and its nearest double: take that one to be on its side.
                comparison = (comparison is ComparisonOperator.Less or ComparisonOperator.LessOrEqual, order < 0) switch
                {
                    (true, true) => ComparisonOperator.Less,
                    (true, false) => ComparisonOperator.LessOrEqual,
                    (false, true) => ComparisonOperator.GreaterOrEqual,
                    (false, false) => ComparisonOperator.Greater,
                };
            }
        }
        else
        {
            return false;
        }

        switch (comparison)
        {
            case ComparisonOperator.Less:
                high = double.BitDecrement(bound);
                return bound > double.NegativeInfinity;
            case ComparisonOperator.LessOrEqual:
                high = bound;
                return !double.IsNaN(bound);
            case ComparisonOperator.Greater:
                low = double.BitIncrement(bound);
                return bound < double.PositiveInfinity;
            case ComparisonOperator.GreaterOrEqual:
                low = bound;
                return !double.IsNaN(bound);
            default:
                throw new UnreachableException($"There is no comparison {comparison}.");
        }
    }

    private static bool TryGet(ComparisonOperator comparison, long bound, out long low, out long high)
    {
        (low, high) = (long.MinValue, long.MaxValue);
        switch (comparison)
        {
            case ComparisonOperator.Less:
                high = unchecked(bound - 1);
                return bound != long.MinValue;
            case ComparisonOperator.LessOrEqual:
                high = bound;
                return true;
            case ComparisonOperator.Greater:
                low = unchecked(bound + 1);
                return bound != long.MaxValue;
            case ComparisonOperator.GreaterOrEqual:
                low = bound;
                return true;
            default:
                throw new UnreachableException($"There is no comparison {comparison}.");
        }
    }

    private static bool TryGet(ComparisonOperator comparison, double bound, out long low, out long high)
    {
        (low, high) = (long.MinValue, long.MaxValue);
        bool isUpper = comparison is ComparisonOperator.Less or ComparisonOperator.LessOrEqual;
        if (double.IsNaN(bound))
        {
            return false;
        }

        if (bound >= TwoToThe63)
        {
            return isUpper;
        }

        if (bound < -TwoToThe63)
        {
            return !isUpper;
        }

        // With a fraction, "less" means up to the integer below, and "greater" means from the integer above.
        return double.IsInteger(bound)
            ? TryGet(comparison, (long)bound, out low, out high)
            : isUpper
                ? TryGet(ComparisonOperator.LessOrEqual, (long)Math.Floor(bound), out low, out high)
                : TryGet(ComparisonOperator.GreaterOrEqual, (long)Math.Ceiling(bound), out low, out high);
    }
}
