using System.Collections.Immutable;

namespace Tidepool.Index.Segments;

/// <summary>What a segment to be built is and may hold; what no row has is left out.</summary>
/// <param name="Identity">Written into it.</param>
/// <param name="Fields">Vector fields, the namespace's first field first.</param>
internal sealed record SegmentSpec(SegmentIdentity Identity, ImmutableArray<SegmentVectorField> Fields);
