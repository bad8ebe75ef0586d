using System.Diagnostics;

namespace Tidepool.Index.Attributes;

/// <summary>Evaluates one condition over strings or bytes: by code where there is a dictionary, else each.</summary>
internal static class TextEvaluator
{
    internal static void RestrictToSide(
        ComparePredicate compare, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        ReadOnlySpan<byte> operand = compare.Text;
        if (target.Values is not DictionaryColumn column)
        {
            var test = new TextRangeTest(compare.Comparison, operand);
            ZoneLoop.Run(new TextScan<TextRangeTest>((HeapColumn)target.Values, test), target, ref statistics);
            return;
        }

        int below = column.FindFirstAtOrAbove(operand);
        int upTo = below + (below < column.EntryCount && column.GetEntry(below).SequenceEqual(operand) ? 1 : 0);
        (int low, int end) = compare.Comparison switch
        {
            ComparisonOperator.Less => (0, below),
            ComparisonOperator.LessOrEqual => (0, upTo),
            ComparisonOperator.Greater => (upTo, column.EntryCount),
            ComparisonOperator.GreaterOrEqual => (below, column.EntryCount),
            _ => throw new UnreachableException($"There is no comparison {compare.Comparison}."),
        };
        RestrictToCodes(column, low, end, target, ref statistics);
    }

    internal static void RestrictToTexts(
        ReadOnlySpan<byte[]> texts, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        if (texts.IsEmpty)
        {
            target.Mask.Clear();
        }
        else if (target.Values is DictionaryColumn column)
        {
            using var codes = new CodeSet(column.EntryCount);
            foreach (byte[] text in texts)
            {
                int code = column.FindFirstAtOrAbove(text);
                if (code < column.EntryCount && column.GetEntry(code).SequenceEqual(text))
                {
                    codes.Add(code);
                }
            }

            RestrictToCodes(column, codes, target, ref statistics);
        }
        else
        {
            var scan = new TextScan<TextSetTest>((HeapColumn)target.Values, new TextSetTest(texts));
            ZoneLoop.Run(scan, target, ref statistics);
        }
    }

    internal static void RestrictToPrefix(
        PrefixPredicate prefix, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        if (target.Values is DictionaryColumn column)
        {
            int low = column.FindFirstAtOrAbove(prefix.Utf8);
            RestrictToCodes(column, low, column.FindEndOfPrefix(prefix.Utf8, low), target, ref statistics);
        }
        else
        {
            var scan = new TextScan<PrefixTest>((HeapColumn)target.Values, new PrefixTest(prefix.Utf8));
            ZoneLoop.Run(scan, target, ref statistics);
        }
    }

    internal static void RestrictToGlob(
        GlobPattern pattern, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        if (target.Values is DictionaryColumn column)
        {
            using var codes = new CodeSet(column.EntryCount);
            int low = column.FindFirstAtOrAbove(pattern.LiteralPrefixUtf8);
            int end = column.FindEndOfPrefix(pattern.LiteralPrefixUtf8, low);
            for (int code = low; code < end; code++)
            {
                if (pattern.IsMatch(column.GetEntry(code)))
                {
                    codes.Add(code);
                }
            }

            RestrictToCodes(column, codes, target, ref statistics);
        }
        else
        {
            var scan = new TextScan<GlobTest>((HeapColumn)target.Values, new GlobTest(pattern));
            ZoneLoop.Run(scan, target, ref statistics);
        }
    }

    private static void RestrictToCodes(
        DictionaryColumn column,
        scoped in CodeSet codes,
        scoped in ScanTarget target,
        ref EvaluationStatistics statistics)
    {
        if (codes.Count == codes.High - codes.Low + 1)
        {
            RestrictToCodes(column, codes.Low, codes.High + 1, target, ref statistics);
        }
        else
        {
            ZoneLoop.Run(new CodeSetScan(column.Codes, codes.Words, codes.Low, codes.High), target, ref statistics);
        }
    }

    private static void RestrictToCodes(
        DictionaryColumn column, int low, int end, scoped in ScanTarget target, ref EvaluationStatistics statistics)
    {
        if (low >= end)
        {
            target.Mask.Clear();
        }
        else
        {
            ZoneLoop.Run(new NumberScan<int>(column.Codes, low, end - 1), target, ref statistics);
        }
    }
}
