using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Attributes;

/// <summary>Writes integers, doubles, instants and Guids.</summary>
internal sealed class FixedColumnWriter(GatheredColumn column, byte[] buffer) : ColumnWriter(column, buffer)
{
    private readonly ulong[] _keys = column.ValueType == ColumnType.Guid ? new ulong[Zone.RowCount] : [];

    private protected override IEnumerable<ReadOnlyMemory<byte>> WriteValues()
    {
        ValueCursor values = Column.GetValues();
        for (int filled = Fill(values); filled > 0; filled = Fill(values))
        {
            yield return Buffer.AsMemory(0, filled);
        }
    }

    private int Fill(ValueCursor values)
    {
        int width = Column.ValueType.Width();
        int filled = 0;
        while (filled < Buffer.Length && values.TryTake((Buffer.Length - filled) / width, out ValueRun run))
        {
            Span<byte> place = Buffer.AsSpan(filled, run.Count * width);
            if (run.Source is FixedColumn source)
            {
                source.Bytes.Slice(run.First * width, place.Length).CopyTo(place);
            }
            else
            {
                place.Clear();
            }

            filled += place.Length;
        }

        for (int first = 0; HasZones && first < filled; first += Zone.RowCount * width)
        {
            AddZone(Summarize(Buffer.AsSpan(first, Math.Min(Zone.RowCount * width, filled - first))));
        }

        return filled;
    }

    private Zone Summarize(ReadOnlySpan<byte> values)
    {
        if (Column.ValueType == ColumnType.Double)
        {
            return ZoneSummary.OfDoubles(MemoryMarshal.Cast<byte, double>(values), NextZonePresence());
        }

        if (Column.ValueType != ColumnType.Guid)
        {
            return ZoneSummary.OfIntegers(MemoryMarshal.Cast<byte, long>(values), NextZonePresence());
        }

        int count = values.Length / 16;
        for (int i = 0; i < count; i++)
        {
            _keys[i] = BinaryPrimitives.ReadUInt64BigEndian(values[(i * 16)..]);
        }

        return ZoneSummary.OfKeys(_keys.AsSpan(0, count), NextZonePresence());
    }
}
