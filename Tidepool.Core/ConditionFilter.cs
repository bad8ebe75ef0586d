using System.Globalization;

namespace Tidepool;

/// <summary>A condition on one attribute.</summary>
internal sealed class ConditionFilter : Filter
{
    private const int MaxShownCount = 8;

    private readonly AttributeValue[] _values;

    internal ConditionFilter(string attribute, FilterOperator @operator, params ReadOnlySpan<AttributeValue> values)
        : base(depth: 1, conditionCount: 1, valueCount: values.Length)
    {
        Attribute = attribute;
        Operator = @operator;
        _values = new AttributeValue[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            _values[i] = values[i].Detach();
        }
    }

    internal string Attribute { get; }

    internal FilterOperator Operator { get; }

    /// <summary>One value for comparisons, <see cref="FilterOperator.StartsWith"/> and
    /// <see cref="FilterOperator.Matches"/>; none for <see cref="FilterOperator.IsNull"/>; else any number.</summary>
    internal ReadOnlySpan<AttributeValue> Values => _values;

    public override string ToString()
    {
        if (_values.Length == 0)
        {
            return $"{Attribute} {Operator}";
        }

        string shown = string.Join(", ", _values.Take(MaxShownCount).Select(value => value.ToString()));
        int hiddenCount = Math.Max(0, _values.Length - MaxShownCount);
        return hiddenCount == 0
            ? $"{Attribute} {Operator} {shown}"
            : string.Create(CultureInfo.InvariantCulture, $"{Attribute} {Operator} {shown} and {hiddenCount} more");
    }
}
