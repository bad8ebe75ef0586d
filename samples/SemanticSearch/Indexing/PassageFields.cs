namespace SemanticSearch.Indexing;

/// <summary>The attributes of a passage's document.</summary>
internal static class PassageFields
{
    /// <summary>The path of its file, relative to the indexed folder.</summary>
    internal const string File = "file";

    /// <summary>The hash of its file's content.</summary>
    internal const string Hash = "hash";

    /// <summary>Which passage of its file it is, from 0.</summary>
    internal const string Number = "number";

    /// <summary>How many passages its file has.</summary>
    internal const string Count = "count";

    internal const string FirstLine = "firstLine";
    internal const string LastLine = "lastLine";
    internal const string Heading = "heading";
    internal const string Text = "text";
}
