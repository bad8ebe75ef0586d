using Tidepool.Index.Attributes;

namespace Tidepool.Model;

/// <summary>Which conditions fit which types of attributes. Messages name the attribute, found and expected.</summary>
internal static class ConditionRules
{
    /// <summary>Refuses values that no attribute can be compared with, whatever its type.</summary>
    internal static void CheckValues(ConditionFilter condition)
    {
        foreach (AttributeValue value in condition.Values)
        {
            bool isComparable = value.Type switch
            {
                ColumnType.Double => !double.IsNaN(value.Value.AsDouble()),
                ColumnType.DoubleArray => !Array.Exists(value.Value.AsArray<double>(), double.IsNaN),
                ColumnType.String => Utf8Text.TryGetSize(value.Value.AsString(), out _),
                ColumnType.StringArray => Array.TrueForAll(
                    value.Value.AsArray<string?>(), text => text is not null && Utf8Text.TryGetSize(text, out _)),
                _ => true,
            };
            if (!isComparable)
            {
                throw Refuse(
                    condition, Describe(value.Value), "numbers that are not NaN, and Unicode text without nulls");
            }
        }
    }

    /// <summary>Makes a value one that an attribute of a type can equal; false when it can equal none.</summary>
    /// <exception cref="ArgumentException">The value is of another type, where both kinds of numbers are
    /// one.</exception>
    internal static bool TryFit(ConditionFilter condition, in ColumnValue value, ColumnType type, out ColumnValue fit)
    {
        fit = value;
        if (value.IsNull || value.Type == type || (value.Type.IsNumber() && type.IsNumber()))
        {
            return true;
        }

        if (value.Type.IsArray() && type.IsArray())
        {
            if (value.ElementCount == 0)
            {
                fit = EmptyArray(type);
                return true;
            }

            if (type == ColumnType.DoubleArray && value.Type == ColumnType.Int64Array)
            {
                fit = ColumnValue.FromArray(Array.ConvertAll(value.AsArray<long>(), element => (double)element));
                return BatchValueCodec.CanWriteAs(type, value);
            }

            if (type == ColumnType.Int64Array && value.Type == ColumnType.DoubleArray)
            {
                long[] integers = Array.ConvertAll(value.AsArray<double>(), element => (long)element);
                fit = ColumnValue.FromArray(integers);
                return Array.TrueForAll(value.AsArray<double>(), IsInt64);
            }
        }

        throw Refuse(condition, Describe(value), $"a value of type {type}");
    }

    /// <exception cref="ArgumentException">Values of the type have no order, or the value is of another
    /// one.</exception>
    internal static void CheckOrder(ConditionFilter condition, in ColumnValue value, ColumnType type)
    {
        if (type.IsArray())
        {
            throw Refuse(condition, $"an attribute of type {type}", "a type that has an order");
        }

        if (!value.IsNull && value.Type != type && !(value.Type.IsNumber() && type.IsNumber()))
        {
            throw Refuse(condition, Describe(value), $"a value of type {type}");
        }
    }

    /// <exception cref="ArgumentException">The attribute is no array, or an element is not of its element
    /// type.</exception>
    internal static void CheckElements(ConditionFilter condition, ColumnType type)
    {
        if (!type.IsArray())
        {
            string expected = type == ColumnType.String ? "an array, or Matches for text in a string" : "an array";
            throw Refuse(condition, $"an attribute of type {type}", expected);
        }

        ColumnType elementType = type.ElementType();
        foreach (AttributeValue element in condition.Values)
        {
            if (element.Type != elementType && !(element.Type.IsNumber() && elementType.IsNumber()))
            {
                throw Refuse(condition, Describe(element.Value), $"an element of type {elementType}");
            }
        }
    }

    /// <exception cref="ArgumentException">The attribute is no string.</exception>
    internal static void CheckText(ConditionFilter condition, ColumnType type)
    {
        if (type != ColumnType.String)
        {
            throw Refuse(condition, $"an attribute of type {type}", "one of type String");
        }
    }

    private static bool IsInt64(double number) =>
        double.IsInteger(number) && number is >= long.MinValue and < -(double)long.MinValue;

    private static ColumnValue EmptyArray(ColumnType type) => type switch
    {
        ColumnType.BooleanArray => ColumnValue.FromArray(Array.Empty<bool>()),
        ColumnType.Int64Array => ColumnValue.FromArray(Array.Empty<long>()),
        ColumnType.DoubleArray => ColumnValue.FromArray(Array.Empty<double>()),
        ColumnType.StringArray => ColumnValue.FromArray(Array.Empty<string>()),
        ColumnType.GuidArray => ColumnValue.FromArray(Array.Empty<Guid>()),
        _ => ColumnValue.FromArray(Array.Empty<DateTimeOffset>()),
    };

    private static string Describe(in ColumnValue value) =>
        $"{value.Type} {DocumentValidator.Shorten(value.ToString())}";

    private static ArgumentException Refuse(ConditionFilter condition, string found, string expected) =>
        new($"The filter '{condition.Operator}' on the attribute '{condition.Attribute}': found {found}; " +
            $"expected {expected}.");
}
