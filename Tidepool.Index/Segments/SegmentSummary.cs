using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>A segment in numbers, as a manifest lists it.</summary>
/// <param name="SizeBytes">Size of the object.</param>
/// <param name="RowCount">Ordinals, padding included.</param>
/// <param name="DocumentCount">Ordinals that hold a document.</param>
/// <param name="FirstSequence">The smallest sequence of a document.</param>
/// <param name="LastSequence">The largest sequence of a document.</param>
/// <param name="RowSum">The sum of the <see cref="RowIdentity"/> of all documents.</param>
/// <param name="Opening">What a search of its cells begins with; null when it has none.</param>
internal sealed record SegmentSummary(
    long SizeBytes,
    int RowCount,
    int DocumentCount,
    long FirstSequence,
    long LastSequence,
    UInt128 RowSum,
    SegmentOpening? Opening)
{
    internal static SegmentSummary Of(SegmentHeader header) => new(
        header.ObjectLength,
        header.RowCount,
        header.DocumentCount,
        header.FirstSequence,
        header.LastSequence,
        header.RowSum,
        SegmentOpening.Of(header));
}
