namespace Tidepool;

/// <summary>What a write did.</summary>
/// <param name="Sequence">Its position in the namespace's log; reads at <see cref="ReadConsistency.AtLeast"/> it see
/// the write.</param>
/// <param name="Upserted">How many documents it wrote, patched ones included.</param>
/// <param name="Deleted">How many documents that existed it deleted.</param>
public sealed record WriteResult(long Sequence, long Upserted, long Deleted);
