namespace Tidepool.Querying;

/// <summary>What a search found and did.</summary>
/// <param name="Hits">The best hits; valid until the same thread's next search.</param>
/// <param name="Work">What it did.</param>
/// <param name="UnindexedScanned">How many of the log tail's rows were looked at.</param>
/// <param name="Workers">How many threads worked on it.</param>
internal readonly record struct SearchOutcome(HitList Hits, SearchWork Work, long UnindexedScanned, int Workers);
