namespace SemanticSearch.Indexing;

/// <summary>What is indexed of a file.</summary>
internal sealed record IndexedFile(string Hash, int PassageCount);
