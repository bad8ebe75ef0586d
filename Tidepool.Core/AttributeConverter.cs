using System.Globalization;
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

        if (typeof(T) == typeof(ReadOnlyMemory<byte>) && value.Reference is byte[] bytes)
        {
            return (T)(object)new ReadOnlyMemory<byte>(bytes);
        }

        return value.Reference is not null ? FromReference<T>(value) : value.Type switch
        {
            ColumnType.Boolean => FromBoolean<T>(value),
            ColumnType.Int64 => FromInt64<T>(value, value.Bits),
            ColumnType.Double => FromDouble<T>(value, BitConverter.Int64BitsToDouble(value.Bits)),
            _ => FromTimestamp<T>(value),
        };
    }

    internal static string ToText(AttributeValue value) => value.Type switch
    {
        ColumnType.Null => "null",
        ColumnType.Boolean => value.Bits != 0 ? "true" : "false",
        ColumnType.Bytes => System.Convert.ToHexString((byte[])value.Reference!),
        _ => value.Reference is Array array
            ? $"[{string.Join(", ", array.Cast<object?>().Select(ToText))}]"
            : ToText(value.As<object>()),
    };

    private static string ToText(object? element) => element switch
    {
        DateTimeOffset instant => instant.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        bool boolean => boolean ? "true" : "false",
        null => "null",
        _ => System.Convert.ToString(element, CultureInfo.InvariantCulture) ?? "",
    };

    private static T FromReference<T>(AttributeValue value)
    {
        // Exact types only, apart from object: the runtime would pass a long[] for a ulong[].
        bool isWanted = value.Type switch
        {
            ColumnType.String => typeof(T) == typeof(string),
            ColumnType.Guid => typeof(T) == typeof(Guid) || typeof(T) == typeof(Guid?),
            ColumnType.Bytes => typeof(T) == typeof(byte[]),
            ColumnType.BooleanArray => typeof(T) == typeof(bool[]),
            ColumnType.Int64Array => typeof(T) == typeof(long[]),
            ColumnType.DoubleArray => typeof(T) == typeof(double[]),
            ColumnType.StringArray => typeof(T) == typeof(string[]),
            ColumnType.GuidArray => typeof(T) == typeof(Guid[]),
            _ => typeof(T) == typeof(DateTimeOffset[]),
        };
        return isWanted || typeof(T) == typeof(object) ? (T)value.Reference! : throw Mismatch<T>(value);
    }

    private static T FromBoolean<T>(AttributeValue value) =>
        typeof(T) == typeof(bool) || typeof(T) == typeof(bool?) || typeof(T) == typeof(object)
            ? (T)(object)(value.Bits != 0)
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
        var instant = new DateTimeOffset(value.Bits, TimeSpan.Zero);
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
