using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tidepool.Index.Attributes;
using Tidepool.Model;

namespace Tidepool.Memtables;

/// <summary>Puts values of a logged batch into columns, without making objects of them.</summary>
internal static class ColumnWriter
{
    internal static void Set(ColumnBuffer column, int ordinal, BatchValue value)
    {
        switch (value.Type)
        {
            case ColumnType.Boolean:
                column.SetBoolean(ordinal, value.Bits != 0);
                break;
            case ColumnType.Int64:
                column.SetInt64(ordinal, value.Bits);
                break;
            case ColumnType.Double:
                column.SetDouble(ordinal, BitConverter.Int64BitsToDouble(value.Bits));
                break;
            case ColumnType.Timestamp:
                column.SetTimestamp(ordinal, value.Bits);
                break;
            case ColumnType.String:
                column.SetUtf8(ordinal, value.Bytes);
                break;
            case ColumnType.Guid:
                column.SetGuid(ordinal, new Guid(value.Bytes, bigEndian: true));
                break;
            case ColumnType.Bytes:
                column.SetBytes(ordinal, value.Bytes);
                break;
            default:
                SetArray(column, ordinal, value);
                break;
        }
    }

    private static void SetArray(ColumnBuffer column, int ordinal, BatchValue value)
    {
        ColumnBuffer elements = column.BeginArray(ordinal);
        int next = elements.Count;
        switch (value.Type)
        {
            case ColumnType.StringArray:
                BatchStrings strings = value.GetStrings();
                while (strings.MoveNext())
                {
                    elements.SetUtf8(next++, strings.Current);
                }

                break;
            case ColumnType.GuidArray:
                for (int i = 0; i < value.Count; i++)
                {
                    elements.SetGuid(next++, new Guid(value.Bytes.Slice(i * 16, 16), bigEndian: true));
                }

                break;
            case ColumnType.BooleanArray:
                foreach (byte element in value.Bytes)
                {
                    elements.SetBoolean(next++, element != 0);
                }

                break;
            default:
                SetNumbers(elements, next, value);
                break;
        }

        column.EndArray();
    }

    private static void SetNumbers(ColumnBuffer elements, int next, BatchValue value)
    {
        for (int i = 0; i < value.Count; i++)
        {
            long bits = BinaryPrimitives.ReadInt64LittleEndian(value.Bytes[(i * sizeof(long))..]);
            switch (value.Type)
            {
                case ColumnType.DoubleArray:
                    elements.SetDouble(next++, BitConverter.Int64BitsToDouble(bits));
                    break;
                case ColumnType.TimestampArray:
                    elements.SetTimestamp(next++, bits);
                    break;
                default:
                    elements.SetInt64(next++, bits);
                    break;
            }
        }
    }
}
