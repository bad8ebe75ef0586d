using System.Runtime.InteropServices;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;

namespace Tidepool.Model;

/// <summary>Attribute values in a batch. Their type is the attribute's, which is not written with them.</summary>
internal static class BatchValueCodec
{
    /// <summary>Whether a value of another type can be written as a type without losing anything: integers as doubles
    /// if they have one, empty arrays as any array.</summary>
    internal static bool CanWriteAs(ColumnType type, in ColumnValue value)
    {
        if (type.IsArray() && value.Type.IsArray() && value.ElementCount == 0)
        {
            return true;
        }

        return (type, value.Type) switch
        {
            (ColumnType.Double, ColumnType.Int64) => IsExact(value.AsInt64()),
            (ColumnType.DoubleArray, ColumnType.Int64Array) => Array.TrueForAll(value.AsArray<long>(), IsExact),
            _ => type == value.Type,
        };
    }

    /// <summary>Writes a valid value that fits the type.</summary>
    internal static void Write(ref SpanWriter writer, ColumnType type, in ColumnValue value)
    {
        switch (type)
        {
            case ColumnType.Boolean:
                writer.WriteByte(value.AsBoolean() ? (byte)1 : (byte)0);
                break;
            case ColumnType.Int64:
                writer.WriteInt64(value.AsInt64());
                break;
            case ColumnType.Double:
                writer.WriteDouble(value.Type == ColumnType.Int64 ? value.AsInt64() : value.AsDouble());
                break;
            case ColumnType.Timestamp:
                writer.WriteInt64(value.AsTimestamp());
                break;
            case ColumnType.String:
                writer.WriteString(value.AsString());
                break;
            case ColumnType.Guid:
                writer.WriteGuid(value.AsGuid());
                break;
            case ColumnType.Bytes:
                writer.WriteLengthPrefixed(value.AsBytes());
                break;
            default:
                WriteArray(ref writer, type, value);
                break;
        }
    }

    private static void WriteArray(ref SpanWriter writer, ColumnType type, in ColumnValue value)
    {
        writer.WriteVarUInt64((ulong)value.ElementCount);
        if (value.ElementCount == 0)
        {
            return;
        }

        switch (type, value.Type)
        {
            case (ColumnType.Int64Array, ColumnType.Int64Array):
                writer.WriteBytes(MemoryMarshal.AsBytes(value.AsArray<long>().AsSpan()));
                break;
            case (ColumnType.DoubleArray, ColumnType.DoubleArray):
                writer.WriteBytes(MemoryMarshal.AsBytes(value.AsArray<double>().AsSpan()));
                break;
            default:
                for (int i = 0; i < value.ElementCount; i++)
                {
                    Write(ref writer, type.ElementType(), value.GetElement(i));
                }

                break;
        }
    }

    // 2^63 is a double but no long: a long that rounds up to it must not be cast back.
    private static bool IsExact(long value) => (double)value < -(double)long.MinValue && (long)(double)value == value;
}
