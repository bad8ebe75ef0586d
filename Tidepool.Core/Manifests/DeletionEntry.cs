using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>The deletion bitmap of a segment: an object of its own, replaced as a whole.</summary>
/// <param name="Id">Names the object.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Rows">The rows it marks as deleted.</param>
internal sealed record DeletionEntry(Guid Id, long SizeBytes, RowSum Rows);
