namespace SemanticSearch.Passages;

/// <summary>A piece of a text file: what is embedded, found and shown.</summary>
/// <param name="FirstLine">The 1-based line of the file where it begins.</param>
/// <param name="LastLine">The 1-based line where it ends; the first line, where a long line was cut.</param>
/// <param name="Heading">The headings above it, outermost first, joined by " › "; empty where there are none.</param>
/// <param name="Text">The passage itself, its lines joined by line feeds.</param>
internal sealed record Passage(int FirstLine, int LastLine, string Heading, string Text);
