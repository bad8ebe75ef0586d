using System.Diagnostics;

namespace Tidepool.Index.Attributes;

/// <summary>Evaluates one condition over one column: picks the scan for what the column holds.</summary>
internal static class LeafEvaluator
{
    /// <summary>Clears the bits of rows that do not match; bit 0 is row 0.</summary>
    internal static void Restrict(
        FieldPredicate leaf, AttributeColumn? column, Span<ulong> mask, ref EvaluationStatistics statistics)
    {
        switch (leaf)
        {
            case NullPredicate:
                ZoneLoop.RestrictToNull(column, mask, ref statistics);
                break;
            case ContainsPredicate contains when column is ListColumn list:
                foreach (OperandSet set in contains.Sets)
                {
                    RestrictToSet(set, new ScanTarget(list.Elements, list, mask), ref statistics);
                }

                if (contains.Sets.IsEmpty)
                {
                    list.RestrictToPresent(0, mask);
                }

                break;
            case InPredicate equal when column is ListColumn list:
                var scan = new ListEqualScan(list, equal.Set.Arrays);
                ZoneLoop.Run(scan, new ScanTarget(list, null, mask), ref statistics);
                break;
            case InPredicate equal when column is not null:
                RestrictToSet(equal.Set, new ScanTarget(column, null, mask), ref statistics);
                break;
            case ComparePredicate compare when column is not null:
                RestrictToSide(compare, new ScanTarget(column, null, mask), ref statistics);
                break;
            case PrefixPredicate prefix when column is TextColumn { Type: ColumnType.String } texts:
                TextEvaluator.RestrictToPrefix(prefix, new ScanTarget(texts, null, mask), ref statistics);
                break;
            case GlobPredicate glob when column is TextColumn { Type: ColumnType.String } texts:
                TextEvaluator.RestrictToGlob(glob.Pattern, new ScanTarget(texts, null, mask), ref statistics);
                break;
            default:
                mask.Clear(); // No column, or one whose values cannot meet the condition.
                break;
        }
    }

    private static void RestrictToSet(OperandSet set, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        switch (target.Values)
        {
            case BooleanColumn column when set.HasFalse || set.HasTrue:
                ZoneLoop.Run(new BooleanScan(column.Words, set.HasFalse, set.HasTrue), target, ref statistics);
                break;
            case FixedColumn { Type: ColumnType.Int64 } column when !set.Integers.IsEmpty:
                ZoneLoop.Run(new NumberScan<long>(column.GetValues<long>(), set.Integers), target, ref statistics);
                break;
            case FixedColumn { Type: ColumnType.Timestamp } column when !set.Timestamps.IsEmpty:
                ZoneLoop.Run(new NumberScan<long>(column.GetValues<long>(), set.Timestamps), target, ref statistics);
                break;
            case FixedColumn { Type: ColumnType.Double } column when !set.Doubles.IsEmpty:
                ZoneLoop.Run(new NumberScan<double>(column.GetValues<double>(), set.Doubles), target, ref statistics);
                break;
            case FixedColumn { Type: ColumnType.Guid } column when !set.Guids.IsEmpty:
                ZoneLoop.Run(new GuidScan(column.Bytes, set.Guids), target, ref statistics);
                break;
            case TextColumn column:
                ReadOnlySpan<byte[]> texts = column.Type == ColumnType.String ? set.Strings : set.Bytes;
                TextEvaluator.RestrictToTexts(texts, target, ref statistics);
                break;
            default:
                target.Mask.Clear();
                break;
        }
    }

    private static void RestrictToSide(
        ComparePredicate compare, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        switch (target.Values, compare.Operand.Type)
        {
            case (BooleanColumn column, ColumnType.Boolean):
                bool hasFalse = compare.Matches(ColumnValue.FromBoolean(false));
                bool hasTrue = compare.Matches(ColumnValue.FromBoolean(true));
                ZoneLoop.Run(new BooleanScan(column.Words, hasFalse, hasTrue), target, ref statistics);
                break;
            case (FixedColumn { Type: ColumnType.Int64 } column, ColumnType.Int64 or ColumnType.Double):
                RestrictToIntegers(compare, column, target, ref statistics);
                break;
            case (FixedColumn { Type: ColumnType.Timestamp } column, ColumnType.Timestamp):
                RestrictToIntegers(compare, column, target, ref statistics);
                break;
            case (FixedColumn { Type: ColumnType.Double } column, ColumnType.Int64 or ColumnType.Double):
                RestrictToDoubles(compare, column, target, ref statistics);
                break;
            case (FixedColumn { Type: ColumnType.Guid } column, ColumnType.Guid):
                RestrictToGuids(compare, column, target, ref statistics);
                break;
            case (TextColumn column, _) when column.Type == compare.Operand.Type:
                TextEvaluator.RestrictToSide(compare, target, ref statistics);
                break;
            default:
                target.Mask.Clear();
                break;
        }
    }

    private static void RestrictToIntegers(
        ComparePredicate compare, FixedColumn column, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        if (NumericRange.TryGet(compare.Comparison, compare.Operand, out long low, out long high))
        {
            ZoneLoop.Run(new NumberScan<long>(column.GetValues<long>(), low, high), target, ref statistics);
        }
        else
        {
            target.Mask.Clear();
        }
    }

    private static void RestrictToDoubles(
        ComparePredicate compare, FixedColumn column, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        if (NumericRange.TryGet(compare.Comparison, compare.Operand, out double low, out double high))
        {
            ZoneLoop.Run(new NumberScan<double>(column.GetValues<double>(), low, high), target, ref statistics);
        }
        else
        {
            target.Mask.Clear();
        }
    }

    private static void RestrictToGuids(
        ComparePredicate compare, FixedColumn column, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        UInt128 bound = compare.Operand.AsGuidNumber();
        (bool hasAny, UInt128 low, UInt128 high) = compare.Comparison switch
        {
            ComparisonOperator.Less => (bound != UInt128.MinValue, UInt128.MinValue, unchecked(bound - 1)),
            ComparisonOperator.LessOrEqual => (true, UInt128.MinValue, bound),
            ComparisonOperator.Greater => (bound != UInt128.MaxValue, unchecked(bound + 1), UInt128.MaxValue),
            ComparisonOperator.GreaterOrEqual => (true, bound, UInt128.MaxValue),
            _ => throw new UnreachableException($"There is no comparison {compare.Comparison}."),
        };
        if (hasAny)
        {
            ZoneLoop.Run(new GuidScan(column.Bytes, low, high), target, ref statistics);
        }
        else
        {
            target.Mask.Clear();
        }
    }
}
