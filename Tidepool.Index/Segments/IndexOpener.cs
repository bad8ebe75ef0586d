using Tidepool.Index.Binary;
using Tidepool.Index.Hnsw;
using Tidepool.Index.Ivf;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Segments;

/// <summary>Opens the index of a segment's vector field.</summary>
internal static class IndexOpener
{
    /// <summary>The index, or null when the field has none.</summary>
    /// <exception cref="SegmentFormatException">The index is damaged.</exception>
    internal static IVectorIndex? Open(
        SegmentHeader header, int field, SegmentVectorColumn vectors, Func<SectionKind, SectionBytes?> getSection)
    {
        if (getSection(SectionKind.HnswGraph) is { } graph)
        {
            return HnswCodec.Open(graph, getSection(SectionKind.HnswCodes), vectors, header.RowCount);
        }

        if (getSection(SectionKind.IvfHead) is not { } head)
        {
            return null;
        }

        IvfHead decoded = IvfHeadCodec.Decode(head.Get(0, head.Length));
        if (decoded.Dimensions != vectors.Dimensions)
        {
            throw new SegmentFormatException(
                $"cells are those of {decoded.Dimensions} dimensions, expected {vectors.Dimensions}",
                head.ToObjectOffset(0));
        }

        SectionBytes centers = getSection(SectionKind.IvfCenters)
            ?? throw new SegmentFormatException($"cells of field {field} have no centers", head.ToObjectOffset(0));
        var cells = new IvfCells(
            decoded, centers, getSection(SectionKind.IvfCodes), getSection(SectionKind.IvfOrdinals), header.RowCount);
        return new IvfSearcher(cells, vectors, header.RowCount);
    }
}
