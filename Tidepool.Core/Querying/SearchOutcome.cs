namespace Tidepool.Querying;

/// <summary>What a search found and did.</summary>
/// <param name="Hits">The best hits; valid until the same thread's next search.</param>
/// <param name="VectorsScored">How many vectors were compared with the query.</param>
/// <param name="UnindexedScanned">How many of the log tail's rows were looked at.</param>
/// <param name="Workers">How many threads worked on it.</param>
internal readonly record struct SearchOutcome(HitList Hits, long VectorsScored, long UnindexedScanned, int Workers);
