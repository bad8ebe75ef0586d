using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Attributes;

/// <summary>Writes strings as codes into a dictionary.</summary>
internal sealed class DictionaryColumnWriter : ColumnWriter
{
    private readonly TextDictionaryBuilder _dictionary;
    private readonly int _valueCount;
    private readonly int[] _values; // Entries, then codes.
    private int _code; // The next text of the heap,
    private int _copied; // and how much of it went into earlier chunks.

    internal DictionaryColumnWriter(GatheredColumn column, StoredColumn stored, byte[] buffer)
        : base(column, buffer)
    {
        _valueCount = (int)(stored[ColumnPart.Values].Length / sizeof(int));
        _values = ArrayPool<int>.Shared.Rent(_valueCount);
        _dictionary = new TextDictionaryBuilder(stored.EntryCount);
    }

    public override void Dispose()
    {
        ArrayPool<int>.Shared.Return(_values);
        base.Dispose();
    }

    private protected override IEnumerable<ReadOnlyMemory<byte>> WriteValues()
    {
        FillCodes();
        for (int first = 0; HasZones && first < _valueCount; first += Zone.RowCount)
        {
            int count = Math.Min(Zone.RowCount, _valueCount - first);
            AddZone(ZoneSummary.OfCodes(_values.AsSpan(first, count), NextZonePresence()));
        }

        return WriteBytes(() => MemoryMarshal.AsBytes(_values.AsSpan(0, _valueCount)));
    }

    private protected override IEnumerable<ReadOnlyMemory<byte>> WriteTexts()
    {
        var offsets = new int[_dictionary.Count + 1];
        for (int code = 0; code < _dictionary.Count; code++)
        {
            offsets[code + 1] = offsets[code] + _dictionary.GetByCode(code).Length;
        }

        return WriteBytes(() => MemoryMarshal.AsBytes(offsets.AsSpan()));
    }

    private protected override IEnumerable<ReadOnlyMemory<byte>> WriteHeap()
    {
        for (int filled = FillHeap(); filled > 0; filled = FillHeap())
        {
            yield return Buffer.AsMemory(0, filled);
        }
    }

    private int FillHeap()
    {
        int filled = 0;
        while (filled < Buffer.Length && _code < _dictionary.Count)
        {
            ReadOnlySpan<byte> rest = _dictionary.GetByCode(_code)[_copied..];
            int count = Math.Min(rest.Length, Buffer.Length - filled);
            rest[..count].CopyTo(Buffer.AsSpan(filled));
            filled += count;
            bool isWhole = count == rest.Length;
            _copied = isWhole ? 0 : _copied + count;
            _code += isWhole ? 1 : 0;
        }

        return filled;
    }

    private void FillCodes()
    {
        var walk = new TextWalk(Column.GetValues());
        for (int i = 0; walk.MoveNext(); i++)
        {
            int entry = -1;
            if (walk.HasValue && !_dictionary.TryAdd(walk.Source!, walk.Ordinal, out entry))
            {
                throw new UnreachableException($"Column '{Column.Definition.Name}' changed while it was written.");
            }

            _values[i] = entry;
        }

        int[] codes = _dictionary.Sort();
        foreach (ref int value in _values.AsSpan(0, _valueCount))
        {
            value = value < 0 ? 0 : codes[value];
        }
    }
}
