namespace SemanticSearch;

/// <summary>What the user asked for cannot be done as asked: the program says why and exits with code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
