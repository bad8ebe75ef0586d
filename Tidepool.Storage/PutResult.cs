namespace Tidepool.Storage;

/// <summary>The answer to a put.</summary>
/// <param name="Succeeded">False when the condition did not hold; nothing was written then.</param>
/// <param name="ETag">The new version tag, or null when nothing was written (or the store gives none).</param>
/// <param name="StoreTime">The store's own time of the answer; null from a store that does not tell.</param>
public readonly record struct PutResult(bool Succeeded, string? ETag, DateTimeOffset? StoreTime);
