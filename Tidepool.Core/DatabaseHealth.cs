namespace Tidepool;

/// <summary>Whether a database can do its work.</summary>
/// <param name="IsHealthy">Whether the store answers and background work keeps up.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Data">The facts by name: store reachability, log and compaction lag.</param>
public sealed record DatabaseHealth(bool IsHealthy, string Description, IReadOnlyDictionary<string, object> Data);
