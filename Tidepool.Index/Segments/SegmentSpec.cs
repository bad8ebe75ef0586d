using System.Collections.Immutable;
using Tidepool.Index.Attributes;

namespace Tidepool.Index.Segments;

/// <summary>What a segment to be built is and may hold; what no row has is left out.</summary>
/// <param name="Identity">Written into it.</param>
/// <param name="Fields">Vector fields, the namespace's first field first.</param>
/// <param name="Columns">Attributes.</param>
internal sealed record SegmentSpec(
    SegmentIdentity Identity, ImmutableArray<SegmentVectorField> Fields, ImmutableArray<ColumnDefinition> Columns);
