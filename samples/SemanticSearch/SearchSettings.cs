namespace SemanticSearch;

/// <summary>What the command line says.</summary>
/// <param name="Folder">The folder to index; null for this repository's docs.</param>
/// <param name="Queries">What to answer; empty to ask.</param>
/// <param name="Store">memory, a directory, or s3://bucket/prefix; null for a directory of the user's.</param>
/// <param name="Top">How many passages to show per query.</param>
internal sealed record SearchSettings(string? Folder, IReadOnlyList<string> Queries, string? Store, int Top);
