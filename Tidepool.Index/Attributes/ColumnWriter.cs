using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Writes the parts of one column, chunk by chunk into one buffer.</summary>
/// <remarks>The parts come in <see cref="Order"/>: the zones are known when the values have been written.</remarks>
internal abstract class ColumnWriter : IDisposable
{
    /// <summary>A multiple of 1,024 rows of any width.</summary>
    internal const int BufferSizeBytes = 1 << 18;

    private static readonly ColumnPart[] s_order =
    [
        ColumnPart.Presence, ColumnPart.Lists, ColumnPart.Values, ColumnPart.Texts, ColumnPart.Heap, ColumnPart.Zones,
    ];

    private readonly ulong[] _presence;
    private readonly Zone[] _zones;
    private int _zoneCount;

    private protected ColumnWriter(GatheredColumn column, byte[] buffer)
    {
        Column = column;
        Buffer = buffer;
        _presence = ArrayPool<ulong>.Shared.Rent(BitWords.CountFor(column.RowCount));
        Presence.Clear();
        column.CopyPresence(Presence);
        _zones = column.IsArray ? [] : new Zone[Zone.CountFor(column.RowCount)];
    }

    internal static ReadOnlySpan<ColumnPart> Order => s_order;

    private protected GatheredColumn Column { get; }

    private protected byte[] Buffer { get; }

    /// <summary>Whether zones are wanted: the values are those of rows.</summary>
    private protected bool HasZones => !Column.IsArray;

    private Span<ulong> Presence => _presence.AsSpan(0, BitWords.CountFor(Column.RowCount));

    internal static ColumnWriter Create(GatheredColumn column, StoredColumn stored, byte[] buffer) =>
        column.ValueType switch
        {
            ColumnType.Boolean => new BooleanColumnWriter(column, stored, buffer),
            _ when stored.Encoding == ColumnEncoding.Dictionary => new DictionaryColumnWriter(column, stored, buffer),
            ColumnType.String or ColumnType.Bytes => new HeapColumnWriter(column, buffer),
            _ => new FixedColumnWriter(column, buffer),
        };

    /// <summary>The bytes of a part; each chunk is valid until the next one.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Write(ColumnPart part) => part switch
    {
        ColumnPart.Presence => WriteBytes(() => MemoryMarshal.AsBytes(Presence)),
        ColumnPart.Lists => WriteLists(),
        ColumnPart.Values => WriteValues(),
        ColumnPart.Texts => WriteTexts(),
        ColumnPart.Heap => WriteHeap(),
        ColumnPart.Zones => WriteBytes(() => MemoryMarshal.AsBytes(_zones.AsSpan(0, _zoneCount))),
        _ => throw new UnreachableException($"There is no part {part}."),
    };

    public virtual void Dispose() => ArrayPool<ulong>.Shared.Return(_presence);

    private protected virtual IEnumerable<ReadOnlyMemory<byte>> WriteValues() => [];

    private protected virtual IEnumerable<ReadOnlyMemory<byte>> WriteTexts() => [];

    private protected virtual IEnumerable<ReadOnlyMemory<byte>> WriteHeap() => [];

    /// <summary>Which of the next zone's rows have a value.</summary>
    private protected ReadOnlySpan<ulong> NextZonePresence()
    {
        ReadOnlySpan<ulong> rest = Presence[(_zoneCount * Zone.WordCount)..];
        return rest[..Math.Min(Zone.WordCount, rest.Length)];
    }

    private protected void AddZone(Zone zone) => _zones[_zoneCount++] = zone;

    /// <summary>Copies what is in memory already.</summary>
    private protected IEnumerable<ReadOnlyMemory<byte>> WriteBytes(Func<ReadOnlySpan<byte>> getBytes)
    {
        for (int done = 0, length = getBytes().Length; done < length;)
        {
            int count = Math.Min(Buffer.Length, length - done);
            getBytes().Slice(done, count).CopyTo(Buffer);
            yield return Buffer.AsMemory(0, count);
            done += count;
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> WriteLists()
    {
        RowCursor rows = Column.GetRows();
        int end = 0;
        int filled = FillFirstOffset();
        while (true)
        {
            int start = filled;
            filled = FillLists(rows, filled, ref end);
            if (filled == 0)
            {
                break;
            }

            yield return Buffer.AsMemory(0, filled);
            filled = 0;
        }
    }

    private protected int FillFirstOffset()
    {
        Buffer.AsSpan(0, sizeof(int)).Clear();
        return sizeof(int);
    }

    private int FillLists(RowCursor rows, int filled, ref int end)
    {
        Span<int> target = MemoryMarshal.Cast<byte, int>(Buffer.AsSpan(filled));
        int count = 0;
        while (count < target.Length && rows.TryTake(target.Length - count, out ValueRun run))
        {
            Span<int> place = target.Slice(count, run.Count);
            if (run.Source is ListColumn list)
            {
                ReadOnlySpan<int> offsets = list.Offsets.Slice(run.First, run.Count + 1);
                for (int i = 0; i < place.Length; i++)
                {
                    end += offsets[i + 1] - offsets[i];
                    place[i] = end;
                }
            }
            else
            {
                place.Fill(end);
            }

            count += run.Count;
        }

        return filled + (count * sizeof(int));
    }
}
