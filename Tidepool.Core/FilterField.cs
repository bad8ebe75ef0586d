namespace Tidepool;

/// <summary>A field in a filter. Null follows C#, not SQL: a missing value is null, and <c>!=</c> matches it.</summary>
/// <remarks>Values must be of the attribute's type, where numbers of either kind are one type; searches and writes
/// throw <see cref="ArgumentException"/> if they are not. Strings compare by their UTF-8 bytes.</remarks>
public readonly struct FilterField
{
    internal const int MaxPatternLength = 1_024;

    private readonly string? _name;

    internal FilterField(string name) => _name = name;

    private string Name => _name ?? throw new InvalidOperationException(
        $"The field is default({nameof(FilterField)}); expected one made by Filter.Field.");

    /// <summary>Matches documents whose value equals <paramref name="value"/>; arrays, element by element.</summary>
    public static Filter operator ==(FilterField field, AttributeValue value) =>
        new ConditionFilter(field.Name, FilterOperator.Equal, value);

    /// <summary>Matches documents whose value differs from <paramref name="value"/>, and those without one unless
    /// <paramref name="value"/> is null.</summary>
    public static Filter operator !=(FilterField field, AttributeValue value) =>
        new ConditionFilter(field.Name, FilterOperator.NotEqual, value);

    /// <summary>Matches documents with a smaller value.</summary>
    public static Filter operator <(FilterField field, AttributeValue value) =>
        new ConditionFilter(field.Name, FilterOperator.Less, value);

    /// <summary>Matches documents with a smaller or equal value.</summary>
    public static Filter operator <=(FilterField field, AttributeValue value) =>
        new ConditionFilter(field.Name, FilterOperator.LessOrEqual, value);

    /// <summary>Matches documents with a larger value.</summary>
    public static Filter operator >(FilterField field, AttributeValue value) =>
        new ConditionFilter(field.Name, FilterOperator.Greater, value);

    /// <summary>Matches documents with a larger or equal value.</summary>
    public static Filter operator >=(FilterField field, AttributeValue value) =>
        new ConditionFilter(field.Name, FilterOperator.GreaterOrEqual, value);

    /// <summary>Matches documents whose value is one of these; null may be among them.</summary>
    public Filter In(params ReadOnlySpan<AttributeValue> values) =>
        new ConditionFilter(Name, FilterOperator.In, values);

    /// <summary>Matches documents whose array has this element.</summary>
    public Filter Contains(AttributeValue element) => ContainsCondition(FilterOperator.Contains, [element]);

    /// <summary>Matches documents whose array has one of these elements; none match an empty list.</summary>
    public Filter ContainsAny(params ReadOnlySpan<AttributeValue> elements) =>
        ContainsCondition(FilterOperator.ContainsAny, elements);

    /// <summary>Matches documents whose array has all of these elements; every array has all of none.</summary>
    public Filter ContainsAll(params ReadOnlySpan<AttributeValue> elements) =>
        ContainsCondition(FilterOperator.ContainsAll, elements);

    /// <summary>Matches documents whose string starts with <paramref name="prefix"/>.</summary>
    public Filter StartsWith(string prefix) => TextCondition(FilterOperator.StartsWith, prefix, nameof(prefix));

    /// <summary>Matches documents whose whole string fits a pattern: <c>*</c> stands for any characters, <c>?</c> for
    /// one, and <c>\</c> takes the next character literally.</summary>
    public Filter Matches(string glob) => TextCondition(FilterOperator.Matches, glob, nameof(glob));

    /// <summary>Matches documents that have a value.</summary>
    public Filter Exists() => new ConditionFilter(Name, FilterOperator.NotEqual, AttributeValue.Null);

    /// <summary>Matches documents that have no value.</summary>
    public Filter IsNull() => new ConditionFilter(Name, FilterOperator.IsNull);

    /// <summary>Whether the other is the same field; a condition is made by <c>==</c>.</summary>
    public override bool Equals(object? obj) => obj is FilterField other && other._name == _name;

    /// <inheritdoc/>
    public override int GetHashCode() => _name?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>The field's name.</summary>
    public override string ToString() => _name ?? "";

    private ConditionFilter ContainsCondition(FilterOperator @operator, ReadOnlySpan<AttributeValue> elements)
    {
        foreach (AttributeValue element in elements)
        {
            if (element.IsNull)
            {
                throw new ArgumentException(
                    $"An element for '{Name}' is null; expected a value: arrays hold no nulls.", nameof(elements));
            }
        }

        return new ConditionFilter(Name, @operator, elements);
    }

    private ConditionFilter TextCondition(FilterOperator @operator, string text, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(text, parameterName);
        if (text.Length > MaxPatternLength)
        {
            throw new ArgumentException(
                $"The text for '{Name}' has {text.Length} characters; expected at most {MaxPatternLength}.",
                parameterName);
        }

        return new ConditionFilter(Name, @operator, text);
    }
}
