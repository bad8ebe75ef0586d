namespace SemanticSearch.Indexing;

/// <summary>How many of a folder's files have been looked at.</summary>
internal readonly record struct IndexProgress(int Completed, int Total);
