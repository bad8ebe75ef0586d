using System.Runtime.InteropServices;

namespace Tidepool.Index.Segments;

/// <summary>The id index of a segment to be built; made when its first byte is asked for.</summary>
internal sealed class IdIndexContent(Guid segmentId, SegmentPlan plan) : SectionContent
{
    private readonly Guid _segmentId = segmentId;
    private readonly SegmentPlan _plan = plan;
    private uint[]? _slots;
    private int _position;

    internal override long Length => SegmentFormat.GetIdIndexSizeBytes(_plan.DocumentCount);

    internal override void Read(Span<byte> destination)
    {
        _slots ??= Fill();
        MemoryMarshal.AsBytes(_slots.AsSpan()).Slice(_position, destination.Length).CopyTo(destination);
        _position += destination.Length;
    }

    private uint[] Fill()
    {
        uint[] slots = new uint[Length / sizeof(uint)];
        IdIndex index = new(_segmentId, slots.Length, _plan.RowCount);
        for (int row = 0; row < _plan.RowCount; row++)
        {
            if (!_plan.IsPadding(row))
            {
                index.Insert(slots, _plan.KeyHashes[row], row);
            }
        }

        return slots;
    }
}
