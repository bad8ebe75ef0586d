using NUnit.Framework;

namespace Tidepool.Tests.Core;

internal sealed class DocumentTests
{
    [Test]
    public void Initializer_SetsEveryField()
    {
        var document = new Document("42")
        {
            Vector = new[] { 1f, 2f },
            Vectors = { ["title"] = new float[3].AsMemory() },
            ["year"] = 2026,
            ["tags"] = new[] { "a", "b" },
        };

        Assert.That(document.Id, Is.EqualTo((DocumentId)"42"));
        Assert.That(document.Vector.ToSingle().ToArray(), Is.EqualTo(new[] { 1f, 2f }));
        Assert.That(document.Vectors["title"].Dimensions, Is.EqualTo(3));
        Assert.That(document["year"].As<int>(), Is.EqualTo(2026));
        Assert.That(document.Attributes.Keys, Is.EqualTo(new[] { "year", "tags" }));
    }

    [Test]
    public void Indexer_MissingAttribute_IsNullAndAddsNothing()
    {
        var document = new Document(1);

        Assert.That(document["none"].IsNull, Is.True);
        Assert.That(document.Attributes, Is.Empty);
        Assert.That(() => document[null!], Throws.ArgumentNullException);
        Assert.That(() => document[null!] = 1, Throws.ArgumentNullException);
    }

    [Test]
    public void Constructor_DefaultId_IsRefused()
    {
        Assert.That(() => new Document(default), Throws.ArgumentException);
    }

    [Test]
    public void Vector_Unset_IsEmpty()
    {
        Assert.That(new Document(1).Vector.IsEmpty, Is.True);
        Assert.That(((VectorValue)(float[]?)null).IsEmpty, Is.True);
    }

    /// <summary>Random edits against a dictionary, across the size at which a map starts to hash.</summary>
    [Test]
    public void Attributes_RandomEdits_BehaveAsADictionary([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var expected = new Dictionary<string, AttributeValue>();
        IDictionary<string, AttributeValue> actual = new Document(1).Attributes;
        for (int step = 0; step < 500; step++)
        {
            string name = $"f{random.Next(40)}";
            switch (random.Next(6))
            {
                case 0:
                    Assert.That(actual.Remove(name), Is.EqualTo(expected.Remove(name)));
                    break;
                case 1 when expected.TryAdd(name, step):
                    actual.Add(name, step);
                    break;
                case 1:
                    Assert.That(() => actual.Add(name, step), Throws.ArgumentException);
                    break;
                case 2 when random.Next(100) == 0:
                    actual.Clear();
                    expected.Clear();
                    break;
                default:
                    actual[name] = expected[name] = step;
                    break;
            }

            Assert.That(actual.ContainsKey(name), Is.EqualTo(expected.ContainsKey(name)));
            Assert.That(actual.TryGetValue(name, out AttributeValue value), Is.EqualTo(expected.ContainsKey(name)));
            Assert.That(value, Is.EqualTo(expected.GetValueOrDefault(name)));
            if (step % 50 == 0)
            {
                Assert.That(actual, Is.EquivalentTo(expected), $"seed {seed}, step {step}");
                Assert.That(actual.Keys, Is.EquivalentTo(expected.Keys));
                Assert.That(actual.Values, Is.EquivalentTo(expected.Values));
            }
        }
    }

    [Test]
    public void Attributes_MissingName_ThrowsKeyNotFound()
    {
        Assert.That(() => new Document(1).Attributes["x"], Throws.TypeOf<KeyNotFoundException>());
    }

    [Test]
    public void Attributes_CopyTo_CopiesInOrder()
    {
        var document = new Document(1) { ["b"] = 1, ["a"] = 2 };
        var copy = new KeyValuePair<string, AttributeValue>[3];

        document.Attributes.CopyTo(copy, 1);

        Assert.That(copy.Select(pair => pair.Key), Is.EqualTo(new[] { null, "b", "a" }));
        Assert.That(() => document.Attributes.CopyTo(copy, 2), Throws.InstanceOf<ArgumentException>());
        Assert.That(document.Attributes.Contains(new("b", 1)), Is.True);
        Assert.That(document.Attributes.Remove(new KeyValuePair<string, AttributeValue>("b", 2)), Is.False);
        Assert.That(document.Attributes.Remove(new KeyValuePair<string, AttributeValue>("b", 1)), Is.True);
    }
}
