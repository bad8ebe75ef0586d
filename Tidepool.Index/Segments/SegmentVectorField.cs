namespace Tidepool.Index.Segments;

/// <summary>A vector field of a segment; the unnamed vector has the empty name.</summary>
internal sealed record SegmentVectorField(string Name, int Dimensions);
