namespace Tidepool.Snapshots;

/// <summary>The rows that match a filter.</summary>
/// <param name="Key">Which rows, which filter.</param>
/// <param name="Words">One bit per ordinal.</param>
/// <param name="Count">How many are set.</param>
internal readonly record struct FilterCacheEntry(FilterCacheKey Key, ulong[] Words, int Count);
