using NUnit.Framework;
using SemanticSearch.Embeddings;
using SemanticSearch.Passages;

namespace Tidepool.Tests.Samples;

/// <summary>What the sample's offline embeddings are good for, on the hand-made queries of Topics.md.</summary>
internal sealed class SemanticQualityTests
{
    private static readonly WordVectorGenerator s_generator = new(WordVectors.LoadDefault());

    private static readonly Passage[] s_topics =
    [
        .. PassageSplitter.Split(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", "Topics.md")), isMarkdown: true)[1..],
    ];

    [TestCase("car engine", "automobile motor", "kitchen recipe")]
    [TestCase("physician", "doctor at the hospital", "lawyer at the court")]
    [TestCase("kitten", "a small cat", "a small loan")]
    [TestCase("how do I make a copy in case the disk fails?", "Backups protect stored data.", "Songs of the birds.")]
    [TestCase("delete old records", "removing outdated entries", "adding fresh cream")]
    public void Embed_TextsOfOneMeaning_AreNearerThanOthers(string text, string same, string other)
    {
        Assert.That(Cosine(text, same), Is.GreaterThan(Cosine(text, other) + 0.2));
    }

    [Test]
    public void Embed_QueriesInOtherWords_FindTheirPassages()
    {
        int[] ranks = [.. s_topics.Select(RankOfOwnPassage)];

        Assert.That(ranks, Has.Length.EqualTo(32));
        Assert.That(ranks.Count(rank => rank == 1), Is.GreaterThanOrEqualTo(28), string.Join(' ', ranks));
        Assert.That(ranks.Count(rank => rank <= 3), Is.GreaterThanOrEqualTo(30), string.Join(' ', ranks));
    }

    [Test]
    public void Embed_QueryWithoutACommonWord_FindsThePassageFirst()
    {
        Passage topic = s_topics.Single(topic => topic.Heading.EndsWith("car engine", StringComparison.Ordinal));

        Assert.That(topic.Text, Does.Not.Contain("car").And.Not.Contain("engine"));
        Assert.That(RankOfOwnPassage(topic), Is.EqualTo(1));
    }

    private static int RankOfOwnPassage(Passage topic)
    {
        string query = topic.Heading.Split(" › ")[^1];
        double own = Cosine(query, topic.Text);
        return 1 + s_topics.Count(other => Cosine(query, other.Text) > own);
    }

    private static double Cosine(string left, string right) =>
        s_generator.Embed(left).Zip(s_generator.Embed(right), (l, r) => (double)l * r).Sum();
}
