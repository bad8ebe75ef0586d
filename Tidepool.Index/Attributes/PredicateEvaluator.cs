using System.Buffers;
using System.Diagnostics;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Finds the rows that a predicate matches.</summary>
/// <remarks>
/// A predicate restricts a set of candidates, one condition after the other, each over all zones that still have a
/// candidate: a conjunction narrows the set, a disjunction asks only about rows that did not match yet.
/// </remarks>
internal static class PredicateEvaluator
{
    /// <summary>Sets <paramref name="result"/> to the rows below a count that match.</summary>
    /// <param name="predicate">What to match.</param>
    /// <param name="columns">The columns, each of at least <paramref name="rowCount"/> rows.</param>
    /// <param name="rowCount">How many rows there are.</param>
    /// <param name="result">Reset to the row count; padding and deleted rows are the caller's business.</param>
    internal static EvaluationStatistics Evaluate(
        Predicate predicate, IColumnLookup columns, int rowCount, RowBitmap result)
    {
        result.Reset(rowCount);
        result.SetAll();
        return Restrict(predicate, columns, result);
    }

    /// <summary>Takes the rows that do not match out of a set of candidates.</summary>
    internal static EvaluationStatistics Restrict(Predicate predicate, IColumnLookup columns, RowBitmap candidates)
    {
        EvaluationStatistics statistics = default;
        Restrict(predicate, columns, candidates.MutableWords, ref statistics);
        return statistics;
    }

    /// <summary>Whether one document matches: the definition.</summary>
    internal static bool Matches<TDocument>(Predicate predicate, scoped in TDocument document)
        where TDocument : IAttributeValues, allows ref struct
    {
        switch (predicate)
        {
            case FieldPredicate field:
                return field.Matches(document.GetValue(field.Field));
            case NotPredicate not:
                return !Matches(not.Operand, document);
            case JunctionPredicate junction:
                foreach (Predicate operand in junction.Operands)
                {
                    if (Matches(operand, document) != junction.IsAnd)
                    {
                        return !junction.IsAnd;
                    }
                }

                return junction.IsAnd;
            default:
                throw new UnreachableException($"There is no evaluation of {predicate.GetType().Name}.");
        }
    }

    private static void Restrict(
        Predicate predicate, IColumnLookup columns, Span<ulong> candidates, ref EvaluationStatistics statistics)
    {
        switch (predicate)
        {
            case FieldPredicate field:
                LeafEvaluator.Restrict(field, columns.GetColumn(field.Field), candidates, ref statistics);
                break;
            case NotPredicate not:
                RestrictToNot(not, columns, candidates, ref statistics);
                break;
            case JunctionPredicate { IsAnd: true } and:
                foreach (Predicate operand in and.Operands)
                {
                    Restrict(operand, columns, candidates, ref statistics);
                }

                break;
            case JunctionPredicate or:
                RestrictToAny(or, columns, candidates, ref statistics);
                break;
            default:
                throw new UnreachableException($"There is no evaluation of {predicate.GetType().Name}.");
        }
    }

    private static void RestrictToNot(
        NotPredicate not, IColumnLookup columns, Span<ulong> candidates, ref EvaluationStatistics statistics)
    {
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(candidates.Length);
        try
        {
            Span<ulong> matched = rented.AsSpan(0, candidates.Length);
            candidates.CopyTo(matched);
            Restrict(not.Operand, columns, matched, ref statistics);
            BitWords.AndNot(candidates, matched);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    private static void RestrictToAny(
        JunctionPredicate or, IColumnLookup columns, Span<ulong> candidates, ref EvaluationStatistics statistics)
    {
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(2 * candidates.Length);
        try
        {
            Span<ulong> matched = rented.AsSpan(0, candidates.Length);
            Span<ulong> open = rented.AsSpan(candidates.Length, candidates.Length);
            matched.Clear();
            foreach (Predicate operand in or.Operands)
            {
                candidates.CopyTo(open);
                BitWords.AndNot(open, matched);
                Restrict(operand, columns, open, ref statistics);
                BitWords.Or(matched, open);
            }

            matched.CopyTo(candidates);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }
}
