using System.Runtime.InteropServices;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Writes bools as bits.</summary>
internal sealed class BooleanColumnWriter(GatheredColumn column, StoredColumn stored, byte[] buffer)
    : ColumnWriter(column, buffer)
{
    private readonly ulong[] _words = new ulong[stored[ColumnPart.Values].Length / sizeof(ulong)];

    private protected override IEnumerable<ReadOnlyMemory<byte>> WriteValues()
    {
        ValueCursor values = Column.GetValues();
        for (int done = 0; values.TryTake(int.MaxValue, out ValueRun run); done += run.Count)
        {
            if (run.Source is BooleanColumn source)
            {
                BitWords.CopyRange(source.Words, run.First, _words, done, run.Count);
            }
        }

        for (int first = 0; HasZones && first < Column.RowCount; first += Zone.RowCount)
        {
            int rowCount = Math.Min(Zone.RowCount, Column.RowCount - first);
            AddZone(ZoneSummary.OfBooleans(_words.AsSpan(first / 64), NextZonePresence(), rowCount));
        }

        return WriteBytes(() => MemoryMarshal.AsBytes(_words.AsSpan()));
    }
}
