namespace Tidepool.Tests.Tidy;

/// <summary>A text file of the repository, under its path from the root with forward slashes.</summary>
internal sealed class TextFile(string path, string text)
{
    private string? _code;

    internal string Path { get; } = path;

    internal string Text { get; } = text;

    internal string[] Lines { get; } = text.Split('\n');

    /// <summary>How many lines, each ended by a line break.</summary>
    internal int LineCount => Lines.Length - 1;

    /// <summary>The text with comments and literals blanked out, position for position; for C# only.</summary>
    internal string Code => _code ??= CodeText.Blank(Text);

    internal bool IsSource => Path.EndsWith(".cs", StringComparison.Ordinal);

    internal bool IsMarkdown => Path.EndsWith(".md", StringComparison.Ordinal);

    /// <summary>The file's name up to its first dot: the name of the type a source file holds.</summary>
    internal string Stem => Path[(Path.LastIndexOf('/') + 1)..].Split('.')[0];

    /// <summary>The 1-based line of a position in the text.</summary>
    internal int LineOf(int position) => 1 + Text.AsSpan(0, position).Count('\n');

    internal Finding At(int position, string found, string expected) => new(Path, LineOf(position), found, expected);
}
