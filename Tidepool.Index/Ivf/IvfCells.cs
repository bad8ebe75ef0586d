using System.Runtime.InteropServices;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>An opened cell index: where cells are, and what their rows' codes are.</summary>
internal sealed class IvfCells
{
    private readonly ReadOnlyMemory<byte> _centers;
    private readonly ReadOnlyMemory<byte> _centerCodes;
    private readonly IByteSource? _codes;
    private readonly ReadOnlyMemory<byte> _ordinals;
    private readonly float[] _centerAdds;
    private readonly float[] _centerRescales;
    private readonly int _coarseSizeBytes;
    private readonly int _fineSizeBytes;

    /// <param name="head">The head.</param>
    /// <param name="centers">Centers, their codes and factors.</param>
    /// <param name="codes">Coarse and fine codes, cell by cell; null without codes.</param>
    /// <param name="ordinals">The ordinal of each position; null where ordinals are positions.</param>
    /// <param name="rowCount">How many ordinals there are.</param>
    /// <exception cref="SegmentFormatException">The parts do not fit each other, or are damaged.</exception>
    internal IvfCells(IvfHead head, IByteSource centers, IByteSource? codes, IByteSource? ordinals, int rowCount)
    {
        Head = head;
        int mapped = head.MappedDimensions;
        _coarseSizeBytes = IvfFormat.GetCoarseSizeBytes(head.Codes, mapped);
        _fineSizeBytes = IvfFormat.GetFineSizeBytes(head.Codes, mapped);
        Expect("centers", centers.Length, IvfFormat.GetCenterSizeBytes(head.Cells.Length, mapped));
        Expect("codes", codes?.Length ?? 0, (long)head.BlockCount * (_coarseSizeBytes + _fineSizeBytes));
        long positions = (long)head.CellPositions + head.OutsiderCount;
        Expect("ordinals", ordinals?.Length ?? 0, ordinals is null ? 0 : positions * sizeof(uint));
        if (ordinals is null && positions > rowCount)
        {
            throw new SegmentFormatException($"cells have {positions} positions for {rowCount} rows", 0);
        }

        int count = head.Cells.Length;
        int centerSizeBytes = count * mapped * sizeof(float);
        ReadOnlyMemory<byte> table = centers.Read(0, (int)centers.Length);
        _centers = table[..centerSizeBytes];
        _centerCodes = table.Slice(centerSizeBytes, count * mapped);
        ReadOnlySpan<float> factors =
            MemoryMarshal.Cast<byte, float>(table.Span[(centerSizeBytes + (count * mapped))..]);
        _centerAdds = factors[..count].ToArray();
        _centerRescales = factors[count..].ToArray();
        _codes = codes;
        _ordinals = ordinals is null ? default : ordinals.Read(0, (int)ordinals.Length);
        if (ordinals is not null)
        {
            foreach (IvfCell cell in head.Cells)
            {
                CheckOrdinals(cell.FirstBlock * BlockScan.Rows, cell.RowCount, rowCount);
            }

            CheckOrdinals(head.CellPositions, head.OutsiderCount, rowCount);
        }

        double rows = 0;
        double radii = 0;
        foreach (IvfCell cell in head.Cells)
        {
            rows += cell.RowCount;
            radii += (double)cell.RowCount * cell.Radius;
        }

        Spread = (float)(radii / Math.Max(1, rows));
        RowCount = (int)Math.Max(1, rows + head.OutsiderCount);
    }

    internal IvfHead Head { get; }

    /// <summary>The radius of the cell of an average row.</summary>
    internal float Spread { get; }

    /// <summary>How many rows the index holds; at least 1.</summary>
    internal int RowCount { get; }

    /// <summary>Whether ordinals are positions.</summary>
    internal bool IsInOrder => _ordinals.IsEmpty;

    internal ReadOnlySpan<int> Ordinals => MemoryMarshal.Cast<byte, int>(_ordinals.Span);

    internal ReadOnlySpan<float> GetCenter(int cell) =>
        MemoryMarshal.Cast<byte, float>(_centers.Span)
            .Slice(cell * Head.MappedDimensions, Head.MappedDimensions);

    /// <summary>The approximate squared distances of a query to all centers.</summary>
    /// <param name="query">Mapped.</param>
    /// <param name="squaredNorm">Of the query.</param>
    /// <param name="code">Overwritten; as long as the query.</param>
    /// <param name="sums">Overwritten; one for each center.</param>
    /// <param name="keys">Takes the distances.</param>
    internal void Measure(
        ReadOnlySpan<float> query, float squaredNorm, Span<sbyte> code, Span<int> sums, Span<float> keys)
    {
        float scale = QueryCode.EncodeSmall(query, code, out int codeSum);
        ByteDot.ComputeSmall(code, _centerCodes.Span, sums);
        CodeKeys.FromSums(
            sums, _centerAdds, _centerRescales, scale, -127.5f * scale * codeSum, squaredNorm, keys);
    }

    /// <summary>The codes of a cell: its blocks, then its fine codes, then their factors.</summary>
    internal ReadOnlySpan<byte> GetCodes(in IvfCell cell)
    {
        ByteRange range = GetCodeRange(cell);
        return _codes!.Read(range.Offset, (int)range.Length).Span;
    }

    /// <summary>Where they are among all codes.</summary>
    internal ByteRange GetCodeRange(in IvfCell cell)
    {
        int size = _coarseSizeBytes + _fineSizeBytes;
        return new ByteRange((long)cell.FirstBlock * size, cell.BlockCount * size);
    }

    /// <summary>Padding between cells is never looked at.</summary>
    private void CheckOrdinals(int first, int count, int rowCount)
    {
        foreach (int ordinal in Ordinals.Slice(first, count))
        {
            if ((uint)ordinal >= (uint)rowCount)
            {
                throw new SegmentFormatException($"a cell holds ordinal {(uint)ordinal} of {rowCount}", 0);
            }
        }
    }

    private static void Expect(string what, long found, long expected)
    {
        if (found != expected)
        {
            throw new SegmentFormatException($"the {what} of cells have {found} bytes, expected {expected}", 0);
        }
    }
}
