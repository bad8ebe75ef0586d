using System.Buffers.Binary;
using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>The text of the ids of a segment to be built: offsets, then bytes.</summary>
/// <param name="sources">Where the rows are.</param>
/// <param name="order">Which rows, in which order.</param>
/// <param name="textSizeBytes">Size of all text.</param>
internal sealed class StringTableContent(IReadOnlyList<IRowSource> sources, RowLocation[] order, long textSizeBytes)
    : SectionContent
{
    private readonly IReadOnlyList<IRowSource> _sources = sources;
    private readonly RowLocation[] _order = order;
    private readonly long _textSizeBytes = textSizeBytes;

    /// <summary>Offsets written so far; one more than rows in the end.</summary>
    private int _offsetCount;
    private uint _textEnd;
    private int _row;
    private int _rowOffset;

    internal override long Length => (((long)_order.Length + 1) * sizeof(uint)) + _textSizeBytes;

    internal override void Read(Span<byte> destination)
    {
        while (_offsetCount <= _order.Length && !destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination, _textEnd);
            destination = destination[sizeof(uint)..];
            _textEnd += _offsetCount < _order.Length ? (uint)GetText(_offsetCount).Length : 0;
            _offsetCount++;
        }

        while (!destination.IsEmpty)
        {
            ReadOnlySpan<byte> text = GetText(_row)[_rowOffset..];
            int length = Math.Min(text.Length, destination.Length);
            text[..length].CopyTo(destination);
            destination = destination[length..];
            _rowOffset = length < text.Length ? _rowOffset + length : 0;
            _row += length < text.Length ? 0 : 1;
        }
    }

    private ReadOnlySpan<byte> GetText(int row)
    {
        RowLocation location = _order[row];
        return location.Source < 0 ? default : _sources[location.Source].GetKey(location.Ordinal).Text;
    }
}
