namespace Tidepool.Storage;

/// <summary>One page of a listing.</summary>
/// <param name="Objects">Objects in ascending byte order of their UTF-8 keys.</param>
/// <param name="IsTruncated">Whether more may follow the last key; a short page says nothing.</param>
/// <param name="StoreTime">The store's own time of the answer; null from a store that does not tell.</param>
public readonly record struct ObjectListing(
    IReadOnlyList<ObjectInfo> Objects, bool IsTruncated, DateTimeOffset? StoreTime);
