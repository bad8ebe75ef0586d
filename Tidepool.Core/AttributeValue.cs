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
    private readonly ColumnValue _value;

    internal AttributeValue(in ColumnValue value) => _value = value;

    /// <summary>No value.</summary>
    public static AttributeValue Null => default;

    /// <summary>Whether there is no value.</summary>
    public bool IsNull => _value.IsNull;

    internal ColumnType Type => _value.Type;

    /// <summary>The value as the engine has it.</summary>
    internal ColumnValue Value => _value;

    /// <summary>Takes a bool.</summary>
    public static implicit operator AttributeValue(bool value) => new(ColumnValue.FromBoolean(value));

    /// <summary>Takes a bool, or null.</summary>
    public static implicit operator AttributeValue(bool? value) => value is { } some ? some : default(AttributeValue);

    /// <summary>Takes an integer (an int or a smaller one becomes a long first).</summary>
    public static implicit operator AttributeValue(long value) => new(ColumnValue.FromInt64(value));

    /// <summary>Takes an integer, or null.</summary>
    public static implicit operator AttributeValue(long? value) => value is { } some ? some : default(AttributeValue);

    /// <summary>Takes a number. Beware that C# turns a ulong into a double: cast it to long.</summary>
    public static implicit operator AttributeValue(double value) => new(ColumnValue.FromDouble(value));

    /// <summary>Takes a number, or null.</summary>
    public static implicit operator AttributeValue(double? value) => value is { } some ? some : default(AttributeValue);

    /// <summary>Takes a string, or null.</summary>
    public static implicit operator AttributeValue(string? value) => new(ColumnValue.FromString(value));

    /// <summary>Takes a Guid.</summary>
    public static implicit operator AttributeValue(Guid value) => new(ColumnValue.FromGuid(value));

    /// <summary>Takes a Guid, or null.</summary>
    public static implicit operator AttributeValue(Guid? value) => value is { } some ? some : default(AttributeValue);

    /// <summary>Takes an instant; its offset is not kept.</summary>
    public static implicit operator AttributeValue(DateTimeOffset value) =>
        new(ColumnValue.FromTimestamp(value.UtcTicks));

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

        return new AttributeValue(ColumnValue.FromTimestamp(value.ToUniversalTime().Ticks));
    }

    /// <summary>Takes a UTC or local time as an instant, or null.</summary>
    /// <exception cref="ArgumentException">The time does not say whether it is UTC or local.</exception>
    public static implicit operator AttributeValue(DateTime? value) =>
        value is { } some ? some : default(AttributeValue);

    /// <summary>Takes a date as the instant of its midnight in UTC.</summary>
    public static implicit operator AttributeValue(DateOnly value) =>
        new(ColumnValue.FromTimestamp(value.DayNumber * TimeSpan.TicksPerDay));

    /// <summary>Takes a date as the instant of its midnight in UTC, or null.</summary>
    public static implicit operator AttributeValue(DateOnly? value) =>
        value is { } some ? some : default(AttributeValue);

    /// <summary>Wraps bytes, or null.</summary>
    public static implicit operator AttributeValue(byte[]? value) => new(ColumnValue.FromBytes(value));

    /// <summary>Copies bytes.</summary>
    public static implicit operator AttributeValue(ReadOnlyMemory<byte> value) =>
        new(ColumnValue.FromBytes(value.ToArray()));

    /// <summary>Wraps an array of bools, or null.</summary>
    public static implicit operator AttributeValue(bool[]? value) => new(ColumnValue.FromArray(value));

    /// <summary>Wraps an array of integers, or null.</summary>
    public static implicit operator AttributeValue(long[]? value) => new(ColumnValue.FromArray(value));

    /// <summary>Copies an array of integers, or takes null.</summary>
    public static implicit operator AttributeValue(int[]? value) =>
        new(ColumnValue.FromArray(value is null ? null : Array.ConvertAll(value, number => (long)number)));

    /// <summary>Wraps an array of finite numbers, or null.</summary>
    public static implicit operator AttributeValue(double[]? value) => new(ColumnValue.FromArray(value));

    /// <summary>Wraps an array of strings without nulls, or null.</summary>
    public static implicit operator AttributeValue(string[]? value) => new(ColumnValue.FromArray(value));

    /// <summary>Wraps an array of Guids, or null.</summary>
    public static implicit operator AttributeValue(Guid[]? value) => new(ColumnValue.FromArray(value));

    /// <summary>Wraps an array of instants, or null.</summary>
    public static implicit operator AttributeValue(DateTimeOffset[]? value) => new(ColumnValue.FromArray(value));

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
    public bool Equals(AttributeValue other) => _value.Equals(other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AttributeValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <summary>A string as it is, any other value as invariant text: for messages, not for storing.</summary>
    public override string ToString() => Type == ColumnType.String ? _value.AsString() : _value.ToString();

    /// <summary>An instant from its UTC ticks.</summary>
    internal static AttributeValue FromUtcTicks(long ticks) => new(ColumnValue.FromTimestamp(ticks));

    /// <summary>The same value, sharing no array with the caller.</summary>
    internal AttributeValue Detach() => Type switch
    {
        ColumnType.Bytes => (byte[])_value.AsBytes().Clone(),
        ColumnType.BooleanArray => (bool[])_value.AsArray<bool>().Clone(),
        ColumnType.Int64Array => (long[])_value.AsArray<long>().Clone(),
        ColumnType.DoubleArray => (double[])_value.AsArray<double>().Clone(),
        ColumnType.StringArray => (string[])_value.AsArray<string>().Clone(),
        ColumnType.GuidArray => (Guid[])_value.AsArray<Guid>().Clone(),
        ColumnType.TimestampArray => (DateTimeOffset[])_value.AsArray<DateTimeOffset>().Clone(),
        _ => this,
    };
}
