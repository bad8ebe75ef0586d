using System.Text.RegularExpressions;

namespace SemanticSearch.Passages;

/// <summary>What a line of Markdown is. Each answer takes time linear in the line, whatever the line holds.</summary>
internal static partial class MarkdownLine
{
    private const int LongestTitle = 200;
    private const int LongestIndent = 3;
    private const int DeepestLevel = 6;

    /// <summary>Recognizes <c>## Title</c>.</summary>
    internal static bool TryHeading(string line, out int level, out string title)
    {
        string content = line.TrimStart(' ');
        level = content.Length - content.TrimStart('#').Length;
        title = "";
        bool isHeading = level is > 0 and <= DeepestLevel && line.Length - content.Length <= LongestIndent &&
            content.Length > level && char.IsWhiteSpace(content[level]);
        return isHeading && TryTitle(content[level..].TrimEnd('#'), out title);
    }

    /// <summary>Recognizes the line of = (level 1) or - (level 2) that makes the line above it a heading.</summary>
    internal static bool TryUnderline(string line, out int level)
    {
        level = line.Length > 0 && line[0] == '=' ? 1 : 2;
        return (line.Length > 0 && line.All(c => c == '=')) || (line.Length > 1 && line.All(c => c == '-'));
    }

    /// <summary>Accepts a heading's text if it is short enough to be one.</summary>
    internal static bool TryTitle(string text, out string title)
    {
        title = ToPlainText(text).Trim();
        return title.Length is > 0 and <= LongestTitle;
    }

    /// <summary>Recognizes the opening of a code fence: at least three ` or ~, then perhaps a language.</summary>
    internal static bool TryFence(string line, out string fence)
    {
        string content = line.TrimStart();
        char mark = content.Length > 0 ? content[0] : ' ';
        int length = content.Length - content.TrimStart(mark).Length;
        fence = mark is '`' or '~' && length >= 3 ? content[..length] : "";
        return fence.Length > 0;
    }

    /// <summary>Whether a line closes a fence: nothing but its mark, at least as often.</summary>
    internal static bool ClosesFence(string line, string fence)
    {
        string content = line.Trim();
        return content.Length >= fence.Length && content.All(c => c == fence[0]);
    }

    /// <summary>Leaves of links and images only their text, and of comments nothing.</summary>
    internal static string ToPlainText(string line) =>
        LinkPattern().Replace(CommentPattern().Replace(line, ""), "$1");

    [GeneratedRegex("<!--[^<]*?-->")]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")]
    private static partial Regex LinkPattern();
}
