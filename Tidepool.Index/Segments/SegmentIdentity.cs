namespace Tidepool.Index.Segments;

/// <summary>Which object a segment is; stored in it, so that swapped objects are noticed.</summary>
/// <param name="NamespaceId">The namespace's incarnation.</param>
/// <param name="SegmentId">The segment.</param>
/// <param name="ObjectKey">The key it was written under.</param>
internal sealed record SegmentIdentity(Guid NamespaceId, Guid SegmentId, string ObjectKey);
