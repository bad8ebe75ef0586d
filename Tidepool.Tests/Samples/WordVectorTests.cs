using Microsoft.Extensions.AI;
using NUnit.Framework;
using SemanticSearch.Embeddings;

namespace Tidepool.Tests.Samples;

internal sealed class WordVectorTests
{
    private static readonly WordVectors s_vectors = WordVectors.LoadDefault();
    private static readonly WordVectorGenerator s_generator = new(s_vectors);

    [Test]
    public void Embed_KnownWords_HasUnitLength()
    {
        float[] vector = s_generator.Embed("The database writes its log to the disk.");

        Assert.That(vector, Has.Length.EqualTo(100));
        Assert.That(vector.Sum(component => component * component), Is.EqualTo(1).Within(1e-5));
    }

    [TestCase("")]
    [TestCase("12 + 34 = 46")]
    [TestCase("qqxzv")]
    [TestCase("don't we'll")]
    [TestCase("https://example.com/car/engine?x=motor")]
    [TestCase("数据库")]
    public void Embed_NoKnownWord_IsZero(string text)
    {
        Assert.That(s_generator.Embed(text), Is.All.Zero);
    }

    [TestCase("Engine", "engine")]
    [TestCase("the engine's", "the engine")]
    [TestCase("IfAbsentCompaction", "if absent compaction")]
    [TestCase("GitHub", "github")]
    [TestCase("create-if-absent", "create if absent")]
    [TestCase("HTTPRequest", "http request")]
    public void Embed_SpellingsOfTheSameWords_AreEqual(string text, string same)
    {
        Assert.That(s_generator.Embed(text), Is.EqualTo(s_generator.Embed(same)).Within(1e-6));
    }

    [Test]
    public void Embed_StopWords_HardlyMatter()
    {
        float[] bare = s_generator.Embed("car engine");
        float[] wordy = s_generator.Embed("of the car and the engine");

        Assert.That(bare.Zip(wordy, (l, r) => l * r).Sum(), Is.GreaterThan(0.95f));
    }

    [TestCase("compactions", "compaction")]
    [TestCase("tombstones", "tombstone")]
    [TestCase("velocities", "velocity")]
    [TestCase("propagating", "propagate")]
    [TestCase("dimming", "dim")]
    public void TryFind_MissingForm_FindsItsStem(string form, string stem)
    {
        Assert.That(s_vectors.TryFind(form, out int ordinal), Is.True);
        Assert.That(s_vectors.TryFind(stem, out int expected), Is.True);
        Assert.That(ordinal, Is.EqualTo(expected));
    }

    [Test]
    public async Task GenerateAsync_SeveralTexts_EmbedsEach()
    {
        GeneratedEmbeddings<Embedding<float>> embeddings = await s_generator.GenerateAsync(["car engine", "bread"]);

        Assert.That(embeddings, Has.Count.EqualTo(2));
        Assert.That(embeddings[1].Vector.ToArray(), Is.EqualTo(s_generator.Embed("bread")));
        Assert.That(
            ((IEmbeddingGenerator)s_generator).GetService<EmbeddingGeneratorMetadata>()?.DefaultModelDimensions,
            Is.EqualTo(100));
    }

    [TestCase(0)]
    [TestCase(15)]
    [TestCase(16)]
    [TestCase(150_000)]
    [TestCase(4_000_000)]
    public void Load_TruncatedFile_SaysSo(int length)
    {
        string path = Path.Combine(Path.GetTempPath(), $"tidepool-{Guid.NewGuid():N}.bin");
        byte[] whole = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "word-vectors.bin"));
        File.WriteAllBytes(path, whole[..length]);
        try
        {
            Assert.That(() => WordVectors.Load(path), Throws.InstanceOf<InvalidDataException>());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
