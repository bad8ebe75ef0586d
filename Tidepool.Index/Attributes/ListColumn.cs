using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Attributes;

/// <summary>Arrays: row r is the elements [offset r, offset r + 1) of a column of elements without nulls.</summary>
internal sealed class ListColumn(in ColumnShape shape, ReadOnlyMemory<byte> offsets, AttributeColumn elements)
    : AttributeColumn(shape)
{
    private readonly ReadOnlyMemory<byte> _offsets = offsets;

    /// <summary>One more than there are stored rows, never decreasing, from 0 to the number of elements.</summary>
    internal ReadOnlySpan<int> Offsets => MemoryMarshal.Cast<byte, int>(_offsets.Span);

    internal AttributeColumn Elements { get; } = elements;

    private protected override ColumnValue GetStoredValue(int ordinal)
    {
        ReadOnlySpan<int> offsets = Offsets;
        int first = offsets[ordinal];
        int count = offsets[ordinal + 1] - first;
        switch (Type)
        {
            case ColumnType.BooleanArray:
                return ColumnValue.FromArray(GetElements(first, new bool[count], value => value.AsBoolean()));
            case ColumnType.Int64Array:
                return ColumnValue.FromArray(((FixedColumn)Elements).GetValues<long>().Slice(first, count).ToArray());
            case ColumnType.DoubleArray:
                return ColumnValue.FromArray(((FixedColumn)Elements).GetValues<double>().Slice(first, count).ToArray());
            case ColumnType.StringArray:
                return ColumnValue.FromArray(GetElements(first, new string[count], value => value.AsString()));
            case ColumnType.GuidArray:
                return ColumnValue.FromArray(GetElements(first, new Guid[count], value => value.AsGuid()));
            case ColumnType.TimestampArray:
                return ColumnValue.FromArray(GetElements(
                    first,
                    new DateTimeOffset[count],
                    value => new DateTimeOffset(value.AsTimestamp(), TimeSpan.Zero)));
            default:
                throw new UnreachableException($"A column of {Type} has no elements.");
        }
    }

    private T[] GetElements<T>(int first, T[] array, Func<ColumnValue, T> convert)
    {
        for (int i = 0; i < array.Length; i++)
        {
            array[i] = convert(Elements.GetValue(first + i));
        }

        return array;
    }
}
