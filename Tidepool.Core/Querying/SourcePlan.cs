using Tidepool.Index.Vectors;
using Tidepool.Snapshots;

namespace Tidepool.Querying;

/// <summary>How one source is searched.</summary>
/// <param name="Index">The index to search; null to compare every selected row.</param>
/// <param name="Selected">The rows that may be hits.</param>
internal readonly record struct SourcePlan(IVectorIndex? Index, RowSelection Selected);
