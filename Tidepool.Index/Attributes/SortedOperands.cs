namespace Tidepool.Index.Attributes;

/// <summary>Gathers what an <see cref="OperandSet"/> is made of.</summary>
internal sealed class SortedOperands
{
    internal List<ColumnValue> Values { get; } = [];

    internal SortedSet<long> Integers { get; } = [];

    internal SortedSet<double> Doubles { get; } = [];

    internal SortedSet<long> Timestamps { get; } = [];

    internal SortedSet<UInt128> Guids { get; } = [];

    internal SortedSet<byte[]> Strings { get; } = CreateByteSet();

    internal SortedSet<byte[]> Bytes { get; } = CreateByteSet();

    internal List<ArrayOperand> Arrays { get; } = [];

    internal bool HasNull { get; private set; }

    internal bool HasFalse { get; private set; }

    internal bool HasTrue { get; private set; }

    internal void Add(in ColumnValue value)
    {
        if (value.IsNull)
        {
            HasNull = true;
            return;
        }

        Values.Add(value);
        switch (value.Type)
        {
            case ColumnType.Boolean:
                HasTrue |= value.AsBoolean();
                HasFalse |= !value.AsBoolean();
                break;
            case ColumnType.Int64:
                AddInteger(value.AsInt64());
                break;
            case ColumnType.Double:
                AddDouble(value.AsDouble());
                break;
            case ColumnType.Timestamp:
                Timestamps.Add(value.AsTimestamp());
                break;
            case ColumnType.Guid:
                Guids.Add(value.AsGuidNumber());
                break;
            case ColumnType.String:
                Strings.Add(StrictUtf8.Encoding.GetBytes(value.AsString()));
                break;
            case ColumnType.Bytes:
                Bytes.Add(value.AsBytes());
                break;
            default:
                byte[][]? texts = value.Type == ColumnType.StringArray
                    ? Array.ConvertAll(value.AsArray<string>(), StrictUtf8.Encoding.GetBytes)
                    : null;
                Arrays.Add(new ArrayOperand(value, texts));
                break;
        }
    }

    private static SortedSet<byte[]> CreateByteSet() => new(
        Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right)));

    private void AddInteger(long value)
    {
        Integers.Add(value);
        if (ValueOrder.TryCompare(value, (double)value, out int order) && order == 0)
        {
            Doubles.Add(value);
        }
    }

    private void AddDouble(double value)
    {
        if (double.IsNaN(value))
        {
            return; // Equals nothing.
        }

        Doubles.Add(value);
        if (ValueOrder.TryCompare((long)value, value, out int order) && order == 0)
        {
            Integers.Add((long)value);
        }
    }
}
