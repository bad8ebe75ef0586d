using System.Runtime.InteropServices;
using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>The vectors of one field, or their norms, in the order of a segment to be built.</summary>
/// <remarks>Rows that follow each other in the order and lie side by side in their source are copied as one.</remarks>
internal sealed class VectorContent : SectionContent
{
    private readonly VectorColumn?[] _columns;
    private readonly RowLocation[] _order;
    private readonly bool _isNorms;
    private readonly int _rowSizeBytes;
    private int _row;
    private int _rowOffset;

    private VectorContent(VectorColumn?[] columns, RowLocation[] order, int rowSizeBytes, bool isNorms)
    {
        _columns = columns;
        _order = order;
        _rowSizeBytes = rowSizeBytes;
        _isNorms = isNorms;
    }

    internal override long Length => (long)_order.Length * _rowSizeBytes;

    /// <summary>The vectors of a field; a null column stands for a source in which no row has one.</summary>
    internal static VectorContent OfVectors(VectorColumn?[] columns, RowLocation[] order, int dimensions) =>
        new(columns, order, dimensions * sizeof(float), isNorms: false);

    internal static VectorContent OfNorms(VectorColumn?[] columns, RowLocation[] order) =>
        new(columns, order, sizeof(float), isNorms: true);

    internal override void Read(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            RowLocation location = _order[_row];
            VectorColumn? column = location.Source < 0 ? null : _columns[location.Source];
            int rowsWanted = (_rowOffset + destination.Length + _rowSizeBytes - 1) / _rowSizeBytes;
            int rowCount = GetRunLength(column, rowsWanted);
            int length = Math.Min((rowCount * _rowSizeBytes) - _rowOffset, destination.Length);
            if (column is null)
            {
                destination[..length].Clear();
            }
            else
            {
                ReadOnlySpan<float> run = _isNorms
                    ? column.GetNorms(location.Ordinal, rowCount)
                    : column.GetRun(location.Ordinal, rowCount);
                MemoryMarshal.AsBytes(run).Slice(_rowOffset, length).CopyTo(destination);
            }

            destination = destination[length..];
            int end = _rowOffset + length;
            _row += end / _rowSizeBytes;
            _rowOffset = end % _rowSizeBytes;
        }
    }

    /// <summary>How many rows from the current one on can be copied at once, at most as many as wanted.</summary>
    private int GetRunLength(VectorColumn? column, int rowsWanted)
    {
        RowLocation first = _order[_row];
        int max = Math.Min(rowsWanted, _order.Length - _row);
        if (column is not null)
        {
            max = Math.Min(max, column.GetRunLength(first.Ordinal));
        }

        int step = first.Source < 0 ? 0 : 1; // All padding looks the same.
        int count = 1;
        while (count < max
            && _order[_row + count].Source == first.Source
            && _order[_row + count].Ordinal == first.Ordinal + (count * step))
        {
            count++;
        }

        return count;
    }
}
