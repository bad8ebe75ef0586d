namespace Tidepool.Engine;

/// <summary>What a batch did when it was applied.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="IsKeyed">Whether its writer chose the id, so that a repetition must be recognised.</param>
/// <param name="Upserted">How many documents it wrote.</param>
/// <param name="Deleted">How many documents that existed it deleted.</param>
internal readonly record struct BatchCounts(Guid BatchId, bool IsKeyed, long Upserted, long Deleted);
