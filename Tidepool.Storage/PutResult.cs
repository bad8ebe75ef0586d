namespace Tidepool.Storage;

/// <summary>The answer to a put.</summary>
/// <param name="Succeeded">False when the condition did not hold; nothing was written then by the attempt that was
/// answered (but see <paramref name="EarlierAttemptInDoubt"/>).</param>
/// <param name="ETag">The new version tag, or null when nothing was written (or the store gives none).</param>
/// <param name="StoreTime">The store's own time of the answer; null from a store that does not tell.</param>
/// <param name="EarlierAttemptInDoubt">True when this put was sent more than once and an earlier attempt may have been
/// applied without an answer. A failed condition then proves nothing: the object that is in the way may be this put's
/// own. Only the caller can tell, by reading it. False from a store that sends each put once.</param>
public readonly record struct PutResult(
    bool Succeeded, string? ETag, DateTimeOffset? StoreTime, bool EarlierAttemptInDoubt = false);
