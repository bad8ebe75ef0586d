namespace SemanticSearch.Passages;

/// <summary>Reads a text's blocks: the runs of lines between blank lines, headings and code fences.</summary>
/// <remarks>Of Markdown it knows headings of both kinds, fences, front matter, links and comments.</remarks>
internal sealed class BlockReader
{
    private const string HeadingSeparator = " › ";

    private readonly bool _isMarkdown;
    private readonly List<Passage> _blocks = [];
    private readonly List<string> _lines = [];
    private readonly string[] _headings = ["", "", "", "", "", ""];
    private string _heading = "";
    private string _fence = "";
    private int _firstLine;

    private BlockReader(bool isMarkdown)
    {
        _isMarkdown = isMarkdown;
    }

    /// <summary>The blocks of a text in order, each with the headings above it.</summary>
    internal static List<Passage> Read(string text, bool isMarkdown)
    {
        var reader = new BlockReader(isMarkdown);
        string[] lines = text.Split('\n'); // A carriage return goes with the trailing spaces.
        int start = isMarkdown ? FrontMatterLength(lines) : 0;
        for (int i = start; i < lines.Length; i++)
        {
            reader.Add(lines[i].TrimEnd(), lineNumber: i + 1);
        }

        reader.EndBlock();
        return reader._blocks;
    }

    private void Add(string line, int lineNumber)
    {
        if (_fence.Length > 0)
        {
            AddInsideFence(line, lineNumber);
        }
        else if (line.Length == 0)
        {
            EndBlock();
        }
        else if (!_isMarkdown)
        {
            AddLine(line, lineNumber);
        }
        else if (MarkdownLine.TryFence(line, out string fence))
        {
            EndBlock();
            _fence = fence;
        }
        else if (MarkdownLine.TryHeading(line, out int level, out string title))
        {
            EndBlock();
            BeginSection(level, title);
        }
        else if (MarkdownLine.TryUnderline(line, out level))
        {
            AddUnderline(level);
        }
        else
        {
            AddLine(MarkdownLine.ToPlainText(line), lineNumber);
        }
    }

    private void AddInsideFence(string line, int lineNumber)
    {
        if (MarkdownLine.ClosesFence(line, _fence))
        {
            _fence = "";
            EndBlock();
        }
        else
        {
            AddLine(line, lineNumber);
        }
    }

    private void AddUnderline(int level)
    {
        if (_lines.Count == 1 && MarkdownLine.TryTitle(_lines[0], out string title))
        {
            _lines.Clear();
            BeginSection(level, title);
        }

        EndBlock(); // Elsewhere it is a rule.
    }

    private void BeginSection(int level, string title)
    {
        _headings[level - 1] = title;
        Array.Fill(_headings, "", level, _headings.Length - level);
        _heading = string.Join(HeadingSeparator, _headings.Where(heading => heading.Length > 0));
    }

    private void AddLine(string line, int lineNumber)
    {
        if (_lines.Count == 0)
        {
            _firstLine = lineNumber;
        }

        _lines.Add(line);
    }

    private void EndBlock()
    {
        string text = string.Join('\n', _lines);
        if (!string.IsNullOrWhiteSpace(text))
        {
            _blocks.Add(new Passage(_firstLine, _firstLine + _lines.Count - 1, _heading, text));
        }

        _lines.Clear();
    }

    private static int FrontMatterLength(string[] lines)
    {
        const string Delimiter = "---";
        int end = lines[0].TrimEnd() == Delimiter
            ? Array.FindIndex(lines, 1, line => line.TrimEnd() == Delimiter)
            : -1;
        return end + 1;
    }
}
