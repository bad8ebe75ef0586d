using System.Buffers.Binary;
using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>The sequences of a segment to be built; 0 for padding.</summary>
internal sealed class SequenceContent(IReadOnlyList<IRowSource> sources, RowLocation[] order) : SectionContent
{
    private readonly IReadOnlyList<IRowSource> _sources = sources;
    private readonly RowLocation[] _order = order;
    private int _row;

    internal override long Length => (long)_order.Length * sizeof(long);

    internal override void Read(Span<byte> destination)
    {
        for (; !destination.IsEmpty; destination = destination[sizeof(long)..])
        {
            RowLocation location = _order[_row++];
            long sequence = location.Source < 0 ? 0 : _sources[location.Source].GetSequence(location.Ordinal);
            BinaryPrimitives.WriteInt64LittleEndian(destination, sequence);
        }
    }
}
