using NUnit.Framework;
using SemanticSearch.Passages;

namespace Tidepool.Tests.Samples;

internal sealed class PassageSplitterTests
{
    private const string Guide = """
        ---
        title: not text
        ---
        # Guide

        Introduction with a [link](https://example.com/a "title"),<!-- nothing -->
        an ![image](wave.png) and a [reference][1].

        ## Install ##
        Run this:

        ```sh
        # not a heading

        make
        ```

        Setup
        -----
        Last words,
        on two lines.

        ***
        # Empty
        """;

    [Test]
    public void Split_Markdown_FollowsTheHeadings()
    {
        List<Passage> passages = PassageSplitter.Split(Guide, isMarkdown: true);

        Assert.That(passages, Is.EqualTo(new[]
        {
            new Passage(6, 7, "Guide", "Introduction with a link,\nan image and a reference."),
            new Passage(10, 15, "Guide › Install", "Run this:\n# not a heading\n\nmake"),
            new Passage(20, 23, "Guide › Setup", "Last words,\non two lines.\n***"),
        }));
    }

    [Test]
    public void Split_PlainText_HasNoHeadings()
    {
        List<Passage> passages = PassageSplitter.Split("# one\r\n\r\ntwo\r\n---\r\n", isMarkdown: false);

        Assert.That(passages, Is.EqualTo(new[] { new Passage(1, 4, "", "# one\ntwo\n---") }));
    }

    [TestCase("")]
    [TestCase(" \n\t\n\n")]
    [TestCase("# Title\n")]
    [TestCase("```\n```\n")]
    public void Split_NoText_HasNoPassages(string text)
    {
        Assert.That(PassageSplitter.Split(text, isMarkdown: true), Is.Empty);
    }

    [Test]
    public void Split_ManyShortParagraphs_JoinsThemIntoPassagesOfEnoughWords()
    {
        string text = string.Join("\n\n", Enumerable.Range(0, 100).Select(i => $"Paragraph {i} has a few words."));

        List<Passage> passages = PassageSplitter.Split(text, isMarkdown: true);

        Assert.That(passages.SkipLast(1).Select(passage => passage.Text.Length), Is.All.InRange(
            PassageSplitter.EnoughCharacters, PassageSplitter.MostCharacters));
    }

    [Test]
    public void Split_OneLongLine_CutsAtSentences()
    {
        string line = string.Join(' ', Enumerable.Repeat("This sentence has exactly eight words in it.", 100));

        List<Passage> passages = PassageSplitter.Split(line, isMarkdown: true);

        Assert.That(passages, Has.Count.GreaterThan(3));
        Assert.That(passages.Select(passage => passage.Text), Is.All.StartsWith("This").And.All.EndsWith("it."));
        Assert.That(passages.Select(passage => (passage.FirstLine, passage.LastLine)), Is.All.EqualTo((1, 1)));
    }

    [Test]
    public void Split_NoSpaces_CutsBetweenCharacters()
    {
        string text = "x" + string.Concat(Enumerable.Repeat("\U0001F30A", 2_000));

        List<Passage> passages = PassageSplitter.Split(text, isMarkdown: true);

        Assert.That(string.Concat(passages.Select(passage => passage.Text)), Is.EqualTo(text));
        Assert.That(passages.Select(passage => char.IsLowSurrogate(passage.Text[0])), Is.All.False);
    }

    /// <remarks>Quadratic time over a million characters would run for hours.</remarks>
    [TestCase('[')]
    [TestCase('<')]
    [TestCase('#')]
    [TestCase('`')]
    [TestCase('=')]
    [TestCase(' ')]
    public void Split_AMillionOfOneCharacter_Ends(char character)
    {
        string line = $"{new string(character, 1_000_000)}x";

        List<Passage> passages = PassageSplitter.Split($"{line}\n# {line}\n\nEnd.", isMarkdown: true);

        Assert.That(passages[^1].Text, Does.EndWith("End."));
    }

    [Test]
    public void Split_AnyText_KeepsEveryWordInItsLine([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        string text = RandomText(random);
        string[] lines = text.Split('\n');

        List<Passage> passages = PassageSplitter.Split(text, isMarkdown: false);

        Assert.That(passages.SelectMany(passage => Words(passage.Text)), Is.EqualTo(Words(text)));
        foreach (Passage passage in passages)
        {
            Assert.That(passage.Text, Has.Length.InRange(1, PassageSplitter.MostCharacters));
            Assert.That(
                Words(string.Join('\n', lines[(passage.FirstLine - 1)..passage.LastLine])),
                Is.SupersetOf(Words(passage.Text)));
        }
    }

    private static string RandomText(Random random)
    {
        string[] separators = [" ", " ", " ", ". ", "\n", "\n", "\n\n"];
        IEnumerable<string> words = Enumerable
            .Range(0, random.Next(2_000))
            .Select(i => $"{i}{new string('w', random.Next(12))}{separators[random.Next(separators.Length)]}");
        return string.Concat(words);
    }

    private static string[] Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
