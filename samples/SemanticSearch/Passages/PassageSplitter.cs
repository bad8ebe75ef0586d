namespace SemanticSearch.Passages;

/// <summary>Splits a text into passages short enough to be about one thing and long enough to say something.</summary>
/// <remarks>
/// A passage never crosses a heading. Lengths are in characters, so that text without spaces is cut as well;
/// a passage of between <see cref="EnoughCharacters"/> and <see cref="MostCharacters"/> has 120 to 200 English words.
/// </remarks>
internal static class PassageSplitter
{
    internal const int EnoughCharacters = 700;
    internal const int MostCharacters = 1200;
    private const int FewCharacters = 250;

    /// <summary>The passages of a text in order.</summary>
    internal static List<Passage> Split(string text, bool isMarkdown)
    {
        var passages = new List<Passage>();
        Passage? open = null;
        foreach (Passage block in BlockReader.Read(text, isMarkdown).SelectMany(Cut))
        {
            if (open is not null && open.Heading == block.Heading && Fits(open, block))
            {
                open = Join(open, block);
                continue;
            }

            if (open is not null)
            {
                passages.Add(open);
            }

            open = block;
        }

        if (open is not null)
        {
            passages.Add(open);
        }

        return passages;
    }

    // A passage that has enough takes only the few words that would be lost on their own.
    private static bool Fits(Passage open, Passage block) =>
        open.Text.Length + 1 + block.Text.Length <= MostCharacters &&
        (open.Text.Length < EnoughCharacters || block.Text.Length < FewCharacters);

    private static Passage Join(Passage open, Passage block) =>
        open with { LastLine = block.LastLine, Text = $"{open.Text}\n{block.Text}" };

    /// <summary>Cuts a block that is too long, at line ends where it can.</summary>
    private static IEnumerable<Passage> Cut(Passage block)
    {
        if (block.Text.Length <= MostCharacters)
        {
            yield return block;
            yield break;
        }

        int line = block.FirstLine;
        foreach (string text in block.Text.Split('\n'))
        {
            for (int start = 0; start < text.Length;)
            {
                int end = start + CutLength(text.AsSpan(start));
                string piece = text[start..end].TrimEnd();
                if (piece.Length > 0)
                {
                    yield return new Passage(line, line, block.Heading, piece);
                }

                start = end;
            }

            line++;
        }
    }

    /// <summary>How much of a line to take: all, or up to the end of a sentence, or of a word, or what fits.</summary>
    private static int CutLength(ReadOnlySpan<char> line)
    {
        if (line.Length <= MostCharacters)
        {
            return line.Length;
        }

        ReadOnlySpan<char> part = line[..MostCharacters];
        int sentence = Math.Max(part.LastIndexOf(". "), Math.Max(part.LastIndexOf("? "), part.LastIndexOf("! ")));
        if (sentence >= EnoughCharacters)
        {
            return sentence + 2;
        }

        int space = part.LastIndexOf(' ');
        if (space > 0)
        {
            return space + 1;
        }

        return char.IsHighSurrogate(part[^1]) ? MostCharacters - 1 : MostCharacters;
    }
}
