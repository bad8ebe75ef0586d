using Tidepool.Index.Attributes;

namespace Tidepool;

/// <summary>Equality of attribute values.</summary>
internal static class AttributeComparer
{
    internal static bool Equals(AttributeValue left, AttributeValue right)
    {
        if (left.Type != right.Type)
        {
            return false;
        }

        return left.Type switch
        {
            ColumnType.Double => left.As<double>().Equals(right.As<double>()),
            ColumnType.String => left.Reference!.Equals(right.Reference),
            ColumnType.Guid => left.Reference!.Equals(right.Reference),
            ColumnType.Bytes => AreEqual<byte>(left, right),
            ColumnType.BooleanArray => AreEqual<bool>(left, right),
            ColumnType.Int64Array => AreEqual<long>(left, right),
            ColumnType.DoubleArray => AreEqual<double>(left, right),
            ColumnType.StringArray => AreEqual<string>(left, right),
            ColumnType.GuidArray => AreEqual<Guid>(left, right),
            ColumnType.TimestampArray => AreEqual<DateTimeOffset>(left, right),
            _ => left.Bits == right.Bits,
        };
    }

    internal static int GetHashCode(AttributeValue value) => value.Type switch
    {
        ColumnType.Double => value.As<double>().GetHashCode(),
        ColumnType.String => value.Reference!.GetHashCode(),
        ColumnType.Guid => value.Reference!.GetHashCode(),
        ColumnType.Bytes => Hash<byte>(value),
        ColumnType.BooleanArray => Hash<bool>(value),
        ColumnType.Int64Array => Hash<long>(value),
        ColumnType.DoubleArray => Hash<double>(value),
        ColumnType.StringArray => Hash<string>(value),
        ColumnType.GuidArray => Hash<Guid>(value),
        ColumnType.TimestampArray => Hash<DateTimeOffset>(value),
        _ => HashCode.Combine(value.Type, value.Bits),
    };

    private static bool AreEqual<T>(AttributeValue left, AttributeValue right) =>
        ((T[])left.Reference!).AsSpan().SequenceEqual((T[])right.Reference!, EqualityComparer<T>.Default);

    private static int Hash<T>(AttributeValue value)
    {
        var hash = new HashCode();
        foreach (T element in (T[])value.Reference!)
        {
            hash.Add(element);
        }

        return hash.ToHashCode();
    }
}
