namespace Tidepool.Storage;

/// <summary>The answer to a read into the caller's memory.</summary>
/// <param name="Found">False when there is no such object.</param>
/// <param name="BytesRead">How much of the destination was filled; less than its length only at the object's
/// end.</param>
/// <param name="ETag">The version tag, or null when there is no object.</param>
/// <param name="StoreTime">The store's own time of the answer; null from a store that does not tell.</param>
public readonly record struct ReadResult(bool Found, int BytesRead, string? ETag, DateTimeOffset? StoreTime);
