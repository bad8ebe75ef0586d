using System.Diagnostics;
using System.Runtime.InteropServices;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;

namespace Tidepool.Model;

/// <summary>Attribute values in a batch. Their type is the attribute's, which is not written with them.</summary>
internal static class BatchValueCodec
{
    /// <summary>Whether a value of another type can be written as a type without losing anything: integers as doubles
    /// if they have one, empty arrays as any array.</summary>
    internal static bool CanWriteAs(ColumnType type, AttributeValue value)
    {
        if (IsArray(type) && value.Reference is Array { Length: 0 } && value.Type != ColumnType.Bytes)
        {
            return true;
        }

        return (type, value.Type) switch
        {
            (ColumnType.Double, ColumnType.Int64) => IsExact(value.Bits),
            (ColumnType.DoubleArray, ColumnType.Int64Array) => Array.TrueForAll((long[])value.Reference!, IsExact),
            _ => type == value.Type,
        };
    }

    /// <summary>Writes a valid value that fits the type.</summary>
    internal static void Write(ref SpanWriter writer, ColumnType type, AttributeValue value)
    {
        switch (type)
        {
            case ColumnType.Boolean:
                writer.WriteByte((byte)value.Bits);
                break;
            case ColumnType.Int64:
            case ColumnType.Timestamp:
                writer.WriteInt64(value.Bits);
                break;
            case ColumnType.Double:
                writer.WriteInt64(value.Type == ColumnType.Int64
                    ? BitConverter.DoubleToInt64Bits(value.Bits)
                    : value.Bits);
                break;
            case ColumnType.String:
                writer.WriteString((string)value.Reference!);
                break;
            case ColumnType.Guid:
                writer.WriteGuid((Guid)value.Reference!);
                break;
            case ColumnType.Bytes:
                writer.WriteLengthPrefixed((byte[])value.Reference!);
                break;
            default:
                WriteArray(ref writer, type, (Array)value.Reference!);
                break;
        }
    }

    private static void WriteArray(ref SpanWriter writer, ColumnType type, Array array)
    {
        writer.WriteVarUInt64((ulong)array.Length);
        if (array.Length == 0)
        {
            return;
        }

        switch (type, array)
        {
            case (ColumnType.BooleanArray, bool[] elements):
                foreach (bool element in elements)
                {
                    writer.WriteByte(element ? (byte)1 : (byte)0);
                }

                break;
            case (ColumnType.Int64Array, long[] elements):
                writer.WriteBytes(MemoryMarshal.AsBytes(elements.AsSpan()));
                break;
            case (ColumnType.DoubleArray, double[] elements):
                writer.WriteBytes(MemoryMarshal.AsBytes(elements.AsSpan()));
                break;
            case (ColumnType.DoubleArray, long[] elements):
                foreach (long element in elements)
                {
                    writer.WriteDouble(element);
                }

                break;
            case (ColumnType.StringArray, string[] elements):
                foreach (string element in elements)
                {
                    writer.WriteString(element);
                }

                break;
            case (ColumnType.GuidArray, Guid[] elements):
                foreach (Guid element in elements)
                {
                    writer.WriteGuid(element);
                }

                break;
            case (ColumnType.TimestampArray, DateTimeOffset[] elements):
                foreach (DateTimeOffset element in elements)
                {
                    writer.WriteInt64(element.UtcTicks);
                }

                break;
            default:
                throw new UnreachableException($"An array of {array.GetType()} passed validation as {type}.");
        }
    }

    // 2^63 is a double but no long: a long that rounds up to it must not be cast back.
    private static bool IsExact(long value) => (double)value < -(double)long.MinValue && (long)(double)value == value;

    private static bool IsArray(ColumnType type) => type >= ColumnType.BooleanArray;
}
