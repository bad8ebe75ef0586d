namespace Tidepool.Wal;

/// <summary>Where the log begins.</summary>
/// <param name="Floor">The floor of the newest manifest: slots up to it may be deleted and taken again by accident.
/// </param>
/// <param name="IsDropped">Whether the namespace is gone, and with it the meaning of every slot.</param>
/// <param name="StoreTime">The store's own time of the last answer; null from a store that does not tell.</param>
internal readonly record struct LogBounds(long Floor, bool IsDropped, DateTimeOffset? StoreTime);
