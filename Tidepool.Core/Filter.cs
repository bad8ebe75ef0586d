namespace Tidepool;

/// <summary>An immutable filter: <c>Filter.Field("year") >= 2020 &amp;
/// !Filter.Field("tags").Contains("draft")</c>.</summary>
/// <remarks>
/// <para>Null follows C#, not SQL: a document without the attribute has the value null; <c>== 5</c>, <c>&lt; 5</c> and
/// the like are false for it, <c>!= 5</c> is true, and <c>!</c> turns every answer round.</para>
/// <para>Bounds: 64 levels of nesting, 1,024 conditions, 65,536 values. Chains of <c>&amp;</c> or <c>|</c> are one
/// level.</para>
/// </remarks>
public abstract class Filter
{
    internal const int MaxDepth = 64;
    internal const int MaxConditions = 1_024;
    internal const int MaxValues = 65_536;

    private protected Filter(int depth, int conditionCount, int valueCount)
    {
        Depth = depth <= MaxDepth ? depth : throw TooLarge(depth, "levels", MaxDepth);
        ConditionCount = conditionCount <= MaxConditions
            ? conditionCount
            : throw TooLarge(conditionCount, "conditions", MaxConditions);
        ValueCount = valueCount <= MaxValues ? valueCount : throw TooLarge(valueCount, "values", MaxValues);
    }

    internal int Depth { get; }

    internal int ConditionCount { get; }

    internal int ValueCount { get; }

    /// <summary>Starts a condition on an attribute. One that no document has is null everywhere.</summary>
    /// <exception cref="ArgumentException">The name is not 1 to 128 characters of Unicode text.</exception>
    public static FilterField Field(string name) => new(FieldName.Check(name, isEmptyAllowed: false, nameof(name)));

    /// <summary>Matches what both match.</summary>
    /// <exception cref="ArgumentException">The result is too large.</exception>
    public static Filter operator &(Filter left, Filter right) => JunctionFilter.Create(isAnd: true, left, right);

    /// <summary>Matches what either matches.</summary>
    /// <exception cref="ArgumentException">The result is too large.</exception>
    public static Filter operator |(Filter left, Filter right) => JunctionFilter.Create(isAnd: false, left, right);

    /// <summary>Matches what <paramref name="filter"/> does not match.</summary>
    /// <exception cref="ArgumentException">The result is too large.</exception>
    public static Filter operator !(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter is NotFilter not ? not.Operand : new NotFilter(filter);
    }

    /// <summary>The filter as text, for people: long lists are shortened.</summary>
    public abstract override string ToString();

    private static ArgumentException TooLarge(int found, string what, int expected) =>
        new($"The filter has {found} {what}; expected at most {expected}.");
}
