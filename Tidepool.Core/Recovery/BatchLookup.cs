namespace Tidepool.Recovery;

/// <summary>The answer to a question about a batch.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Sequence">The entry it is part of if it was committed; else 0.</param>
internal readonly record struct BatchLookup(BatchOutcome Outcome, long Sequence);
