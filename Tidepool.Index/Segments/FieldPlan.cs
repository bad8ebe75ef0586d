using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>A vector field of a segment to be built.</summary>
/// <param name="Field">The field.</param>
/// <param name="Columns">Its vectors in each source; null where no row of a source has one.</param>
/// <param name="PresenceWords">A bit per row that has a vector; null when every row has.</param>
internal sealed record FieldPlan(SegmentVectorField Field, VectorColumn?[] Columns, ulong[]? PresenceWords);
