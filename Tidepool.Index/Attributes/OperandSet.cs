namespace Tidepool.Index.Attributes;

/// <summary>Values that a value may equal, sorted by the kind of column they can be equal in.</summary>
internal sealed class OperandSet : IEquatable<OperandSet>
{
    private readonly ColumnValue[] _values;
    private readonly long[] _integers;
    private readonly double[] _doubles;
    private readonly long[] _timestamps;
    private readonly UInt128[] _guids;
    private readonly byte[][] _strings;
    private readonly byte[][] _bytes;
    private readonly ArrayOperand[] _arrays;

    /// <exception cref="ArgumentException">A string holds half of a surrogate pair.</exception>
    internal OperandSet(ReadOnlySpan<ColumnValue> values)
    {
        var sorted = new SortedOperands();
        foreach (ColumnValue value in values)
        {
            sorted.Add(value);
        }

        HasNull = sorted.HasNull;
        HasFalse = sorted.HasFalse;
        HasTrue = sorted.HasTrue;
        _values = [.. sorted.Values];
        _integers = [.. sorted.Integers];
        _doubles = [.. sorted.Doubles];
        _timestamps = [.. sorted.Timestamps];
        _guids = [.. sorted.Guids];
        _strings = [.. sorted.Strings];
        _bytes = [.. sorted.Bytes];
        _arrays = [.. sorted.Arrays];
    }

    /// <summary>All but null.</summary>
    internal ReadOnlySpan<ColumnValue> Values => _values;

    internal bool HasNull { get; }

    internal bool HasFalse { get; }

    internal bool HasTrue { get; }

    /// <summary>What integers can equal, doubles without a fraction among it; ascending, distinct.</summary>
    internal ReadOnlySpan<long> Integers => _integers;

    /// <summary>What doubles can equal, integers that a double can be among it; ascending, distinct.</summary>
    internal ReadOnlySpan<double> Doubles => _doubles;

    /// <summary>In UTC ticks; ascending, distinct.</summary>
    internal ReadOnlySpan<long> Timestamps => _timestamps;

    /// <summary>As big-endian numbers; ascending, distinct.</summary>
    internal ReadOnlySpan<UInt128> Guids => _guids;

    /// <summary>As UTF-8; ascending, distinct.</summary>
    internal ReadOnlySpan<byte[]> Strings => _strings;

    /// <summary>Ascending, distinct.</summary>
    internal ReadOnlySpan<byte[]> Bytes => _bytes;

    internal ReadOnlySpan<ArrayOperand> Arrays => _arrays;

    internal int Cost => _strings.Length + _bytes.Length + _arrays.Length > 0 ? 4 : 2;

    /// <summary>Whether a value equals one of the set that is not null: the definition.</summary>
    internal bool Contains(in ColumnValue value)
    {
        foreach (ref readonly ColumnValue operand in _values.AsSpan())
        {
            if (ValueOrder.AreEqual(value, operand))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether another set was given equal values of the same types in the same order.</summary>
    public bool Equals(OperandSet? other) =>
        other is not null && HasNull == other.HasNull && Values.SequenceEqual(other.Values);

    public override bool Equals(object? obj) => Equals(obj as OperandSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(HasNull);
        foreach (ref readonly ColumnValue value in _values.AsSpan())
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
