using System.Buffers.Binary;

namespace Tidepool.Index.Attributes;

/// <summary>Null or one value of any <see cref="ColumnType"/>; scalars are not boxed.</summary>
/// <remarks>
/// Strings, bytes and arrays are references: nobody may change what they refer to. Instants of an array are
/// <see cref="DateTimeOffset"/>s, of which only the instant counts. Equality is that of stored values: the types are
/// the same and so are the contents, where NaN equals NaN and 0.0 equals -0.0. What filters mean by equal and less is
/// <see cref="ValueOrder"/>.
/// </remarks>
internal readonly struct ColumnValue : IEquatable<ColumnValue>
{
    private readonly object? _reference;
    private readonly ulong _bits; // The low half of a Guid as a big-endian number, or any other scalar.
    private readonly ulong _upper; // The high half of a Guid. (A UInt128 would align the struct to 48 bytes.)
    private readonly ColumnType _type;

    private ColumnValue(ColumnType type, ulong bits, ulong upper = 0)
    {
        _type = type;
        _bits = bits;
        _upper = upper;
    }

    private ColumnValue(ColumnType type, object? reference)
    {
        _type = reference is null ? ColumnType.Null : type;
        _reference = reference;
    }

    internal static ColumnValue Null => default;

    internal ColumnType Type => _type;

    internal bool IsNull => _type == ColumnType.Null;

    /// <summary>How many elements an array has.</summary>
    internal int ElementCount => _type.IsArray() ? ((Array)_reference!).Length : throw Mismatch("an array");

    internal static ColumnValue FromBoolean(bool value) => new(ColumnType.Boolean, value ? 1UL : 0);

    internal static ColumnValue FromInt64(long value) => new(ColumnType.Int64, (ulong)value);

    internal static ColumnValue FromDouble(double value) =>
        new(ColumnType.Double, BitConverter.DoubleToUInt64Bits(value));

    internal static ColumnValue FromGuid(Guid value) => FromGuidNumber(ToNumber(value));

    /// <summary>A Guid from the number that its bytes make in big-endian order.</summary>
    internal static ColumnValue FromGuidNumber(UInt128 value) =>
        new(ColumnType.Guid, (ulong)value, (ulong)(value >> 64));

    /// <summary>An instant from its UTC ticks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A <see cref="DateTime"/> cannot have so many ticks.</exception>
    internal static ColumnValue FromTimestamp(long utcTicks)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (ulong)utcTicks, (ulong)DateTime.MaxValue.Ticks, nameof(utcTicks));
        return new ColumnValue(ColumnType.Timestamp, (ulong)utcTicks);
    }

    internal static ColumnValue FromString(string? value) => new(ColumnType.String, value);

    internal static ColumnValue FromBytes(byte[]? value) => new(ColumnType.Bytes, value);

    internal static ColumnValue FromArray(bool[]? value) => new(ColumnType.BooleanArray, value);

    internal static ColumnValue FromArray(long[]? value) => new(ColumnType.Int64Array, value);

    internal static ColumnValue FromArray(double[]? value) => new(ColumnType.DoubleArray, value);

    internal static ColumnValue FromArray(string[]? value) => new(ColumnType.StringArray, value);

    internal static ColumnValue FromArray(Guid[]? value) => new(ColumnType.GuidArray, value);

    internal static ColumnValue FromArray(DateTimeOffset[]? value) => new(ColumnType.TimestampArray, value);

    /// <summary>Sixteen bytes in the order in which a Guid is written as text, as one number.</summary>
    internal static UInt128 ToNumber(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    internal static Guid ToGuid(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new Guid(bytes, bigEndian: true);
    }

    internal bool AsBoolean() => Expect(ColumnType.Boolean) != 0;

    internal long AsInt64() => (long)Expect(ColumnType.Int64);

    internal double AsDouble() => BitConverter.UInt64BitsToDouble(Expect(ColumnType.Double));

    internal Guid AsGuid() => ToGuid(AsGuidNumber());

    internal UInt128 AsGuidNumber() => new(_upper, Expect(ColumnType.Guid));

    /// <summary>An instant's UTC ticks.</summary>
    internal long AsTimestamp() => (long)Expect(ColumnType.Timestamp);

    internal string AsString() => _reference as string ?? throw Mismatch("a string");

    internal byte[] AsBytes() => _type == ColumnType.Bytes ? (byte[])_reference! : throw Mismatch("bytes");

    /// <summary>An array; T is bool, long, double, string, Guid or <see cref="DateTimeOffset"/>.</summary>
    internal T[] AsArray<T>() => _type.IsArray() && _reference is T[] array ? array : throw Mismatch($"{typeof(T)}[]");

    /// <summary>One element of an array, as a value of its own.</summary>
    internal ColumnValue GetElement(int index) => _type switch
    {
        ColumnType.BooleanArray => FromBoolean(AsArray<bool>()[index]),
        ColumnType.Int64Array => FromInt64(AsArray<long>()[index]),
        ColumnType.DoubleArray => FromDouble(AsArray<double>()[index]),
        ColumnType.StringArray => FromString(AsArray<string>()[index]),
        ColumnType.GuidArray => FromGuid(AsArray<Guid>()[index]),
        ColumnType.TimestampArray => FromTimestamp(AsArray<DateTimeOffset>()[index].UtcTicks),
        _ => throw Mismatch("an array"),
    };

    public bool Equals(ColumnValue other)
    {
        if (_type != other._type)
        {
            return false;
        }

        return _type switch
        {
            ColumnType.Double => AsDouble().Equals(other.AsDouble()),
            ColumnType.String => string.Equals(AsString(), other.AsString(), StringComparison.Ordinal),
            ColumnType.Bytes => AsBytes().AsSpan().SequenceEqual(other.AsBytes()),
            _ when _type.IsArray() => ElementsEqual(other),
            _ => _bits == other._bits && _upper == other._upper,
        };
    }

    public override bool Equals(object? obj) => obj is ColumnValue other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(_type);
        switch (_type)
        {
            case ColumnType.Double:
                hash.Add(AsDouble());
                break;
            case ColumnType.String:
                hash.Add(AsString(), StringComparer.Ordinal);
                break;
            case ColumnType.Bytes:
                hash.AddBytes(AsBytes());
                break;
            case var type when type.IsArray():
                for (int i = 0; i < ElementCount; i++)
                {
                    hash.Add(GetElement(i));
                }

                break;
            default:
                hash.Add(_bits);
                hash.Add(_upper);
                break;
        }

        return hash.ToHashCode();
    }

    /// <summary>The value as invariant text, for messages.</summary>
    public override string ToString() => _type switch
    {
        ColumnType.Null => "null",
        ColumnType.Boolean => AsBoolean() ? "true" : "false",
        ColumnType.Int64 => FormattableString.Invariant($"{AsInt64()}"),
        ColumnType.Double => FormattableString.Invariant($"{AsDouble():R}"),
        ColumnType.Guid => AsGuid().ToString(),
        ColumnType.Timestamp => FormattableString.Invariant($"{new DateTime(AsTimestamp(), DateTimeKind.Utc):O}"),
        ColumnType.String => $"\"{AsString()}\"",
        ColumnType.Bytes => $"0x{Convert.ToHexString(AsBytes())}",
        _ => $"[{string.Join(", ", Enumerable.Range(0, ElementCount).Select(GetElement))}]",
    };

    private bool ElementsEqual(ColumnValue other)
    {
        if (ElementCount != other.ElementCount)
        {
            return false;
        }

        for (int i = 0; i < ElementCount; i++)
        {
            if (!GetElement(i).Equals(other.GetElement(i)))
            {
                return false;
            }
        }

        return true;
    }

    private ulong Expect(ColumnType type) => _type == type ? _bits : throw Mismatch(type.ToString());

    private InvalidCastException Mismatch(string expected) =>
        new($"The value is of type {_type}; expected {expected}.");
}
