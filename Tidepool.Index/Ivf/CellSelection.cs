using System.Numerics;
using System.Runtime.CompilerServices;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Ivf;

/// <summary>Which rows of cells a search may find.</summary>
/// <param name="selected">Bit i for ordinal i; empty for all.</param>
/// <param name="ordinals">The ordinal of each position; empty where positions are ordinals.</param>
internal readonly ref struct CellSelection(ReadOnlySpan<ulong> selected, ReadOnlySpan<int> ordinals)
{
    private readonly ReadOnlySpan<ulong> _selected = selected;
    private readonly ReadOnlySpan<int> _ordinals = ordinals;

    /// <summary>The selected rows of a cell's block: bit i for its i-th position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint GetRows(in IvfCell cell, int block)
    {
        int left = cell.RowCount - (block * BlockScan.Rows);
        uint present = left >= BlockScan.Rows ? uint.MaxValue : (1u << left) - 1;
        if (_selected.IsEmpty)
        {
            return present;
        }

        int number = cell.FirstBlock + block;
        return _ordinals.IsEmpty
            ? present & (uint)(_selected[number >> 1] >> ((number & 1) * BlockScan.Rows))
            : Gather(number, present);
    }

    internal bool Holds(int ordinal) =>
        _selected.IsEmpty || (_selected[ordinal >> 6] >> (ordinal & 63) & 1) != 0;

    private uint Gather(int block, uint present)
    {
        ReadOnlySpan<int> ordinals = _ordinals.Slice(block * BlockScan.Rows, BlockScan.Rows);
        uint rows = 0;
        for (; present != 0; present &= present - 1)
        {
            int row = BitOperations.TrailingZeroCount(present);
            rows |= Holds(ordinals[row]) ? 1u << row : 0;
        }

        return rows;
    }
}
