using Tidepool.Index.Binary;

namespace Tidepool.Index.Segments;

/// <summary>What else than its head and its block table a search of a segment's cells begins with, and where that is:
/// known beforehand, all of it is fetched at once.</summary>
/// <param name="Padding">The section that says which ordinals hold no document; no bytes when all do.</param>
/// <param name="Cells">Head and centers of the first cell index.</param>
internal readonly record struct SegmentOpening(ByteRange Padding, ByteRange Cells)
{
    /// <summary>That of a segment; null when it has no cell index whose rows lie in order.</summary>
    internal static SegmentOpening? Of(SegmentHeader header)
    {
        for (int field = 0; field < header.Fields.Length; field++)
        {
            if (header.Find(SectionKind.IvfHead, field) is { } head &&
                header.Find(SectionKind.IvfCenters, field) is { } centers &&
                header.Find(SectionKind.IvfOrdinals, field) is null && centers.Offset >= head.End)
            {
                SegmentSection? padding = header.Find(SectionKind.Padding);
                return new SegmentOpening(
                    padding is { } bits ? new ByteRange(bits.Offset, bits.Length) : default,
                    new ByteRange(head.Offset, centers.End - head.Offset));
            }
        }

        return null;
    }
}
