using Tidepool.Index.Attributes;

namespace Tidepool.Snapshots;

/// <summary>A filter over the rows of one segment, or of one source.</summary>
/// <param name="Rows">Stands for the rows, without keeping them alive.</param>
/// <param name="Filter">What they match.</param>
internal readonly record struct FilterCacheKey(object Rows, Predicate Filter);
