namespace Tidepool.Index.Ranking;

/// <summary>A row and its distance to the query.</summary>
internal readonly record struct ScoredRow(float Distance, int Ordinal);
