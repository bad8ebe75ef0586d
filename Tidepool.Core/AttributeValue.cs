using Tidepool.Index.Attributes;

namespace Tidepool;

/// <summary>The value of an attribute: null, a bool, a long, a double, a string, a Guid, an instant, bytes, or an array
/// of bools, longs, doubles, strings, Guids or instants.</summary>
/// <remarks>
/// <para>Instants are UTC to 100 ns and do not keep an offset: a <see cref="DateTimeOffset"/> is converted, a
/// <see cref="DateTime"/> must say what it is (UTC or local), a <see cref="DateOnly"/> is its midnight in UTC.</para>
/// <para>Doubles must be finite and strings well-formed Unicode to be written. Arrays are wrapped, not copied, except
/// int[], which becomes long[]; an array must not change while a write it belongs to is under way. Values are equal if
/// their types and contents are: the long 1 does not equal the double 1.</para>
/// </remarks>
public readonly struct AttributeValue : IEquatable<AttributeValue>
{
    private readonly object? _reference; // Whatever is not in _bits: text, a boxed Guid, an array.
    private readonly long _bits; // A bool as 0 or 1, a long, a double's bits, an instant's UTC ticks.
    private readonly ColumnType _type;

    private AttributeValue(ColumnType type, long bits)
    {
        _type = type;
        _bits = bits;
    }

    private AttributeValue(ColumnType type, object? reference)
    {
        _type = reference is null ? ColumnType.Null : type;
        _reference = reference;
    }

    /// <summary>No value.</summary>
    public static AttributeValue Null => default;

    /// <summary>Whether there is no value.</summary>
    public bool IsNull => _type == ColumnType.Null;

    internal ColumnType Type => _type;

    /// <summary>A bool as 0 or 1, a long, a double's bits, or an instant's UTC ticks.</summary>
    internal long Bits => _bits;

    /// <summary>A string, a boxed Guid or an array; null for every other type.</summary>
    internal object? Reference => _reference;

    /// <summary>Takes a bool.</summary>
    public static implicit operator AttributeValue(bool value) => new(ColumnType.Boolean, value ? 1 : 0);

    /// <summary>Takes a bool, or null.</summary>
    public static implicit operator AttributeValue(bool? value) => value is { } some ? some : default(AttributeValue);

    /// <summary>Takes an integer (an int or a smaller one becomes a long first).</summary>
    public static implicit operator AttributeValue(long value) => new(ColumnType.Int64, value);

    /// <summary>Takes an integer, or null.</summary>
    public static implicit operator AttributeValue(long? value) => value is { } some ? some : default(AttributeValue);

    /// <summary>Takes a number. Beware that C# turns a ulong into a double: cast it to long.</summary>
    public static implicit operator AttributeValue(double value) =>
        new(ColumnType.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Takes a number, or null.</summary>
    public static implicit operator AttributeValue(double? value) => value is { } some ? some : default(AttributeValue);

    /// <summary>Takes a string, or null.</summary>
    public static implicit operator AttributeValue(string? value) => new(ColumnType.String, value);

    /// <summary>Takes a Guid.</summary>
    public static implicit operator AttributeValue(Guid value) => new(ColumnType.Guid, (object)value);

    /// <summary>Takes a Guid, or null.</summary>
    public static implicit operator AttributeValue(Guid? value) => value is { } some ? some : default(AttributeValue);

    /// <summary>Takes an instant; its offset is not kept.</summary>
    public static implicit operator AttributeValue(DateTimeOffset value) =>
        new(ColumnType.Timestamp, value.UtcTicks);

    /// <summary>Takes an instant, or null.</summary>
    public static implicit operator AttributeValue(DateTimeOffset? value) =>
        value is { } some ? some : default(AttributeValue);

    /// <summary>Takes a UTC or local time as an instant.</summary>
    /// <exception cref="ArgumentException">The time does not say whether it is UTC or local.</exception>
    public static implicit operator AttributeValue(DateTime value)
    {
        if (value.Kind == DateTimeKind.Unspecified)
        {
            throw new ArgumentException("A time has DateTimeKind.Unspecified; expected Utc or Local, or a " +
                "DateTimeOffset: the same program must store the same instant everywhere.", nameof(value));
        }

        return new AttributeValue(ColumnType.Timestamp, value.ToUniversalTime().Ticks);
    }

    /// <summary>Takes a UTC or local time as an instant, or null.</summary>
    /// <exception cref="ArgumentException">The time does not say whether it is UTC or local.</exception>
    public static implicit operator AttributeValue(DateTime? value) =>
        value is { } some ? some : default(AttributeValue);

    /// <summary>Takes a date as the instant of its midnight in UTC.</summary>
    public static implicit operator AttributeValue(DateOnly value) =>
        new(ColumnType.Timestamp, value.DayNumber * TimeSpan.TicksPerDay);

    /// <summary>Takes a date as the instant of its midnight in UTC, or null.</summary>
    public static implicit operator AttributeValue(DateOnly? value) =>
        value is { } some ? some : default(AttributeValue);

    /// <summary>Wraps bytes, or null.</summary>
    public static implicit operator AttributeValue(byte[]? value) => new(ColumnType.Bytes, value);

    /// <summary>Copies bytes.</summary>
    public static implicit operator AttributeValue(ReadOnlyMemory<byte> value) =>
        new(ColumnType.Bytes, value.ToArray());

    /// <summary>Wraps an array of bools, or null.</summary>
    public static implicit operator AttributeValue(bool[]? value) => new(ColumnType.BooleanArray, value);

    /// <summary>Wraps an array of integers, or null.</summary>
    public static implicit operator AttributeValue(long[]? value) => new(ColumnType.Int64Array, value);

    /// <summary>Copies an array of integers, or takes null.</summary>
    public static implicit operator AttributeValue(int[]? value) =>
        new(ColumnType.Int64Array, value is null ? null : Array.ConvertAll(value, number => (long)number));

    /// <summary>Wraps an array of finite numbers, or null.</summary>
    public static implicit operator AttributeValue(double[]? value) => new(ColumnType.DoubleArray, value);

    /// <summary>Wraps an array of strings without nulls, or null.</summary>
    public static implicit operator AttributeValue(string[]? value) => new(ColumnType.StringArray, value);

    /// <summary>Wraps an array of Guids, or null.</summary>
    public static implicit operator AttributeValue(Guid[]? value) => new(ColumnType.GuidArray, value);

    /// <summary>Wraps an array of instants, or null.</summary>
    public static implicit operator AttributeValue(DateTimeOffset[]? value) => new(ColumnType.TimestampArray, value);

    /// <summary>Whether the types and contents are equal.</summary>
    public static bool operator ==(AttributeValue left, AttributeValue right) => left.Equals(right);

    /// <summary>Whether the types or contents differ.</summary>
    public static bool operator !=(AttributeValue left, AttributeValue right) => !left.Equals(right);

    /// <summary>The value as a <typeparamref name="T"/>.</summary>
    /// <remarks>
    /// Null is the default of a reference or nullable type. Numbers convert where nothing is lost: a long that fits is
    /// an int, short, byte, double or float as well, a whole double is a long. An instant is a
    /// <see cref="DateTimeOffset"/> or <see cref="DateTime"/> in UTC, or a <see cref="DateOnly"/> if it is midnight.
    /// Bytes are a byte[] or <see cref="ReadOnlyMemory{T}"/>. <see cref="object"/> gives the value in its own type.
    /// Arrays are the wrapped ones, not copies.
    /// </remarks>
    /// <exception cref="InvalidCastException">The value is something else, or would lose something.</exception>
    public T? As<T>() => AttributeConverter.Convert<T>(this);

    /// <inheritdoc/>
    public bool Equals(AttributeValue other) => AttributeComparer.Equals(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AttributeValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AttributeComparer.GetHashCode(this);

    /// <summary>The value as invariant text: for messages, not for storing.</summary>
    public override string ToString() => AttributeConverter.ToText(this);

    /// <summary>An instant from its UTC ticks.</summary>
    internal static AttributeValue FromUtcTicks(long ticks) => new(ColumnType.Timestamp, ticks);

    /// <summary>The same value, sharing no array with the caller.</summary>
    internal AttributeValue Detach() =>
        _reference is Array array ? new AttributeValue(_type, array.Clone()) : this;
}
