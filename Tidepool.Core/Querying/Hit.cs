namespace Tidepool.Querying;

/// <summary>A row that was found: which source of the snapshot, which ordinal, how far from the query.</summary>
internal readonly record struct Hit(int Source, int Ordinal, float Distance);
