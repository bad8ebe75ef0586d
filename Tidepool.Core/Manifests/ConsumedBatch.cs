namespace Tidepool.Manifests;

/// <summary>A batch whose log entry a manifest has consumed.</summary>
/// <param name="Id">The batch.</param>
/// <param name="Sequence">The entry it was part of.</param>
/// <param name="Time">A store time not before it was consumed; null from a store that does not tell.</param>
internal readonly record struct ConsumedBatch(Guid Id, long Sequence, DateTimeOffset? Time);
