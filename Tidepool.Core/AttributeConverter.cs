using Tidepool.Index.Attributes;

namespace Tidepool;

/// <summary>Attribute values as .NET values and as text.</summary>
internal static class AttributeConverter
{
    internal static T? Convert<T>(AttributeValue value)
    {
        if (typeof(T) == typeof(AttributeValue))
        {
            return (T)(object)value;
        }

        if (value.IsNull)
        {
            return default(T) is null ? default : throw Mismatch<T>(value);
        }

        ColumnValue stored = value.Value;
        return stored.Type switch
        {
            ColumnType.Boolean => FromBoolean<T>(value),
            ColumnType.Int64 => FromInt64<T>(value, stored.AsInt64()),
            ColumnType.Double => FromDouble<T>(value, stored.AsDouble()),
            ColumnType.Timestamp => FromTimestamp<T>(value),
            ColumnType.String => FromReference<T, string>(value, stored.AsString()),
            ColumnType.Guid => FromGuid<T>(value),
            ColumnType.Bytes => FromBytes<T>(value),
            ColumnType.BooleanArray => FromReference<T, bool[]>(value, stored.AsArray<bool>()),
            ColumnType.Int64Array => FromReference<T, long[]>(value, stored.AsArray<long>()),
            ColumnType.DoubleArray => FromReference<T, double[]>(value, stored.AsArray<double>()),
            ColumnType.StringArray => FromReference<T, string[]>(value, stored.AsArray<string>()),
            ColumnType.GuidArray => FromReference<T, Guid[]>(value, stored.AsArray<Guid>()),
            _ => FromReference<T, DateTimeOffset[]>(value, stored.AsArray<DateTimeOffset>()),
        };
    }

    // Exact types only, apart from object: the runtime would pass a long[] for a ulong[].
    private static T FromReference<T, TStored>(AttributeValue value, TStored stored)
        where TStored : class =>
        typeof(T) == typeof(TStored) || typeof(T) == typeof(object) ? (T)(object)stored : throw Mismatch<T>(value);

    private static T FromBytes<T>(AttributeValue value) => typeof(T) == typeof(ReadOnlyMemory<byte>)
        ? (T)(object)new ReadOnlyMemory<byte>(value.Value.AsBytes())
        : FromReference<T, byte[]>(value, value.Value.AsBytes());

    private static T FromGuid<T>(AttributeValue value) =>
        typeof(T) == typeof(Guid) || typeof(T) == typeof(Guid?) || typeof(T) == typeof(object)
            ? (T)(object)value.Value.AsGuid()
            : throw Mismatch<T>(value);

    private static T FromBoolean<T>(AttributeValue value) =>
        typeof(T) == typeof(bool) || typeof(T) == typeof(bool?) || typeof(T) == typeof(object)
            ? (T)(object)value.Value.AsBoolean()
            : throw Mismatch<T>(value);

    private static T FromInt64<T>(AttributeValue value, long number)
    {
        if (typeof(T) == typeof(long) || typeof(T) == typeof(long?) || typeof(T) == typeof(object))
        {
            return (T)(object)number;
        }

        if (typeof(T) == typeof(int) || typeof(T) == typeof(int?))
        {
            return (int)number == number ? (T)(object)(int)number : throw Mismatch<T>(value);
        }

        if (typeof(T) == typeof(short) || typeof(T) == typeof(short?))
        {
            return (short)number == number ? (T)(object)(short)number : throw Mismatch<T>(value);
        }

        if (typeof(T) == typeof(byte) || typeof(T) == typeof(byte?))
        {
            return (byte)number == number ? (T)(object)(byte)number : throw Mismatch<T>(value);
        }

        if (typeof(T) == typeof(double) || typeof(T) == typeof(double?))
        {
            return IsExact(number, 1L << 53) ? (T)(object)(double)number : throw Mismatch<T>(value);
        }

        if (typeof(T) == typeof(float) || typeof(T) == typeof(float?))
        {
            return IsExact(number, 1L << 24) ? (T)(object)(float)number : throw Mismatch<T>(value);
        }

        throw Mismatch<T>(value);
    }

    private static T FromDouble<T>(AttributeValue value, double number)
    {
        if (typeof(T) == typeof(double) || typeof(T) == typeof(double?) || typeof(T) == typeof(object))
        {
            return (T)(object)number;
        }

        if (typeof(T) == typeof(float) || typeof(T) == typeof(float?))
        {
            return ((double)(float)number).Equals(number) ? (T)(object)(float)number : throw Mismatch<T>(value);
        }

        // 2^63 is a double, long.MaxValue is not.
        return double.IsInteger(number) && number is >= long.MinValue and < -(double)long.MinValue
            ? FromInt64<T>(value, (long)number)
            : throw Mismatch<T>(value);
    }

    private static T FromTimestamp<T>(AttributeValue value)
    {
        var instant = new DateTimeOffset(value.Value.AsTimestamp(), TimeSpan.Zero);
        if (typeof(T) == typeof(DateTimeOffset) || typeof(T) == typeof(DateTimeOffset?) ||
            typeof(T) == typeof(object))
        {
            return (T)(object)instant;
        }

        if (typeof(T) == typeof(DateTime) || typeof(T) == typeof(DateTime?))
        {
            return (T)(object)instant.UtcDateTime;
        }

        if ((typeof(T) == typeof(DateOnly) || typeof(T) == typeof(DateOnly?)) && instant.TimeOfDay == TimeSpan.Zero)
        {
            return (T)(object)DateOnly.FromDateTime(instant.UtcDateTime);
        }

        throw Mismatch<T>(value);
    }

    private static bool IsExact(long number, long limit) => number >= -limit && number <= limit;

    private static InvalidCastException Mismatch<T>(AttributeValue value) =>
        new(value.IsNull
            ? $"The attribute is null; expected {typeof(T).Name}."
            : $"The attribute is {value.Type} {value.ToString()}; expected a value that fits {typeof(T).Name}.");
}
