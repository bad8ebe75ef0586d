using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Attributes;

/// <summary>Values of 8 or 16 bytes, side by side: integers, doubles, instants (ticks), Guids (big-endian).</summary>
internal sealed class FixedColumn(in ColumnShape shape, ReadOnlyMemory<byte> values) : AttributeColumn(shape)
{
    private readonly ReadOnlyMemory<byte> _values = values[..(shape.StoredRowCount * shape.Type.Width())];

    /// <summary>The stored rows' values as bytes; a null's are 0.</summary>
    internal ReadOnlySpan<byte> Bytes => _values.Span;

    /// <summary>The stored rows' values: long for integers and instants, double for doubles.</summary>
    internal ReadOnlySpan<T> GetValues<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_values.Span);

    private protected override ColumnValue GetStoredValue(int ordinal) => Type switch
    {
        ColumnType.Int64 => ColumnValue.FromInt64(GetValues<long>()[ordinal]),
        ColumnType.Double => ColumnValue.FromDouble(GetValues<double>()[ordinal]),
        ColumnType.Timestamp => ColumnValue.FromTimestamp(GetValues<long>()[ordinal]),
        ColumnType.Guid => ColumnValue.FromGuidNumber(
            BinaryPrimitives.ReadUInt128BigEndian(_values.Span.Slice(ordinal * 16, 16))),
        _ => throw new UnreachableException($"A column of {Type} has no values of one width."),
    };
}
