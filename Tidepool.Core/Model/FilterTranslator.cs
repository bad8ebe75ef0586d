using System.Diagnostics;
using Tidepool.Index.Attributes;

namespace Tidepool.Model;

/// <summary>Filters as predicates, checked against the fields of a namespace. Pure.</summary>
/// <remarks>An attribute that the namespace does not have is null in every document, which decides conditions on it
/// here and now. What is decided is folded: the result is a constant, or has none in it.</remarks>
internal static class FilterTranslator
{
    private static readonly Predicate s_everything = Predicate.And();
    private static readonly Predicate s_nothing = Predicate.Or();

    /// <exception cref="ArgumentException">A value or an operator does not fit the type of its attribute.</exception>
    internal static Predicate Translate(Filter filter, NamespaceSchema schema) => filter switch
    {
        ConditionFilter condition => TranslateCondition(condition, schema),
        NotFilter not => Negate(Translate(not.Operand, schema)),
        JunctionFilter junction => TranslateJunction(junction, schema),
        _ => throw new UnreachableException($"There is no translation of {filter.GetType().Name}."),
    };

    /// <summary>Whether a translated filter matches every document.</summary>
    internal static bool IsEverything(Predicate predicate) => ReferenceEquals(predicate, s_everything);

    /// <summary>Whether a translated filter matches no document.</summary>
    internal static bool IsNothing(Predicate predicate) => ReferenceEquals(predicate, s_nothing);

    private static Predicate TranslateJunction(JunctionFilter junction, NamespaceSchema schema)
    {
        Predicate neutral = junction.IsAnd ? s_everything : s_nothing;
        Predicate deciding = junction.IsAnd ? s_nothing : s_everything;
        var operands = new List<Predicate>(junction.Operands.Length);
        bool isDecided = false;
        foreach (Filter filter in junction.Operands)
        {
            // All are translated, decided or not: a mistake in one is reported whatever the others are.
            Predicate operand = Translate(filter, schema);
            isDecided |= ReferenceEquals(operand, deciding);
            if (!ReferenceEquals(operand, neutral))
            {
                operands.Add(operand);
            }
        }

        if (isDecided || operands.Count == 0)
        {
            return isDecided ? deciding : neutral;
        }

        return junction.IsAnd ? Predicate.And([.. operands]) : Predicate.Or([.. operands]);
    }

    private static Predicate Negate(Predicate operand) =>
        IsEverything(operand) ? s_nothing : IsNothing(operand) ? s_everything : Predicate.Not(operand);

    private static Predicate Constant(bool value) => value ? s_everything : s_nothing;

    private static Predicate TranslateCondition(ConditionFilter condition, NamespaceSchema schema)
    {
        ConditionRules.CheckValues(condition);
        int ordinal = schema.FindAttribute(condition.Attribute);
        return ordinal < 0
            ? Constant(MatchesNull(condition))
            : TranslateCondition(condition, schema.Attributes[ordinal].Type);
    }

    private static Predicate TranslateCondition(ConditionFilter condition, ColumnType type)
    {
        string name = condition.Attribute;
        switch (condition.Operator)
        {
            case FilterOperator.IsNull:
                return Predicate.IsNull(name);
            case FilterOperator.Equal:
            case FilterOperator.In:
                return TranslateIn(condition, type);
            case FilterOperator.NotEqual:
                return Negate(TranslateIn(condition, type));
            case FilterOperator.Less:
            case FilterOperator.LessOrEqual:
            case FilterOperator.Greater:
            case FilterOperator.GreaterOrEqual:
                return TranslateComparison(condition, type);
            case FilterOperator.Contains:
            case FilterOperator.ContainsAny:
            case FilterOperator.ContainsAll:
                ConditionRules.CheckElements(condition, type);
                ColumnValue[] elements = GetValues(condition);
                return condition.Operator == FilterOperator.ContainsAll ? Predicate.ContainsAll(name, elements)
                    : elements.Length == 0 ? s_nothing
                    : Predicate.ContainsAny(name, elements);
            default:
                ConditionRules.CheckText(condition, type);
                string text = condition.Values[0].Value.AsString();
                return condition.Operator == FilterOperator.StartsWith
                    ? Predicate.StartsWith(name, text)
                    : Predicate.Glob(name, text);
        }
    }

    private static Predicate TranslateIn(ConditionFilter condition, ColumnType type)
    {
        ColumnValue[] candidates = GetValues(condition);
        var values = new List<ColumnValue>(candidates.Length);
        foreach (ColumnValue candidate in candidates)
        {
            if (ConditionRules.TryFit(condition, candidate, type, out ColumnValue value))
            {
                values.Add(value);
            }
        }

        return values.Count == 0 ? s_nothing : Predicate.In(condition.Attribute, [.. values]);
    }

    private static Predicate TranslateComparison(ConditionFilter condition, ColumnType type)
    {
        ColumnValue value = condition.Values[0].Value;
        ConditionRules.CheckOrder(condition, value, type);
        if (value.IsNull)
        {
            return s_nothing; // As in C#: nothing is less than null, and null is less than nothing.
        }

        string name = condition.Attribute;
        return condition.Operator switch
        {
            FilterOperator.Less => Predicate.Less(name, value),
            FilterOperator.LessOrEqual => Predicate.LessOrEqual(name, value),
            FilterOperator.Greater => Predicate.Greater(name, value),
            _ => Predicate.GreaterOrEqual(name, value),
        };
    }

    private static ColumnValue[] GetValues(ConditionFilter condition)
    {
        var values = new ColumnValue[condition.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = condition.Values[i].Value;
        }

        return values;
    }

    private static bool MatchesNull(ConditionFilter condition) => condition.Operator switch
    {
        FilterOperator.IsNull => true,
        FilterOperator.Equal or FilterOperator.In => condition.Values.Contains(AttributeValue.Null),
        FilterOperator.NotEqual => !condition.Values[0].IsNull,
        _ => false,
    };
}
