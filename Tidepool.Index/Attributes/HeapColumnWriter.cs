using System.Runtime.InteropServices;

namespace Tidepool.Index.Attributes;

/// <summary>Writes strings or bytes one after the other.</summary>
internal sealed class HeapColumnWriter(GatheredColumn column, byte[] buffer) : ColumnWriter(column, buffer)
{
    private readonly ulong[] _keys = new ulong[Zone.RowCount];
    private TextWalk _walk = new(column.GetValues());
    private bool _hasText;
    private int _row;
    private int _end;
    private int _copied; // Bytes of the current text that went into earlier chunks.

    private protected override IEnumerable<ReadOnlyMemory<byte>> WriteTexts()
    {
        _walk = new TextWalk(Column.GetValues());
        _hasText = true;
        for (int filled = FillOffsets(FillFirstOffset()); filled > 0; filled = FillOffsets(0))
        {
            yield return Buffer.AsMemory(0, filled);
        }
    }

    private protected override IEnumerable<ReadOnlyMemory<byte>> WriteHeap()
    {
        _walk = new TextWalk(Column.GetValues());
        _hasText = _walk.MoveNext();
        for (int filled = FillHeap(); filled > 0; filled = FillHeap())
        {
            yield return Buffer.AsMemory(0, filled);
        }
    }

    private int FillOffsets(int filled)
    {
        Span<int> target = MemoryMarshal.Cast<byte, int>(Buffer.AsSpan(filled));
        int count = 0;
        while (count < target.Length && _hasText)
        {
            _hasText = _walk.MoveNext();
            if (_hasText)
            {
                _end += _walk.Length;
                target[count++] = _end;
                AddKey();
            }
            else if (HasZones && _row % Zone.RowCount != 0)
            {
                AddZone(ZoneSummary.OfKeys(_keys.AsSpan(0, _row % Zone.RowCount), NextZonePresence()));
            }
        }

        return filled + (count * sizeof(int));
    }

    private void AddKey()
    {
        if (!HasZones)
        {
            return;
        }

        _keys[_row % Zone.RowCount] = Zone.KeyOf(_walk.Text);
        if (++_row % Zone.RowCount == 0)
        {
            AddZone(ZoneSummary.OfKeys(_keys, NextZonePresence()));
        }
    }

    private int FillHeap()
    {
        int filled = 0;
        while (filled < Buffer.Length && _hasText)
        {
            ReadOnlySpan<byte> rest = _walk.Text[_copied..];
            int count = Math.Min(rest.Length, Buffer.Length - filled);
            rest[..count].CopyTo(Buffer.AsSpan(filled));
            filled += count;
            _copied += count;
            if (count == rest.Length)
            {
                _hasText = _walk.MoveNext();
                _copied = 0;
            }
        }

        return filled;
    }
}
