using NUnit.Framework;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Model;

internal sealed class DocumentValidatorTests
{
    [Test]
    public void AreFinite_OneBadNumberAnywhere_IsFound(
        [Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float bad)
    {
        for (int length = 1; length <= 70; length++)
        {
            float[] values = new float[length];
            values.AsSpan().Fill(float.MaxValue);
            Assert.That(DocumentValidator.AreFinite(values), Is.True);
            for (int i = 0; i < length; i++)
            {
                values[i] = bad;
                Assert.That(DocumentValidator.AreFinite(values), Is.False, $"{i} of {length}");
                values[i] = float.MinValue;
            }
        }
    }

    [Test]
    public void AreFinite_Extremes_AreFinite()
    {
        Assert.That(
            DocumentValidator.AreFinite([0f, -0f, float.Epsilon, float.MaxValue, float.MinValue, -1f, 1f, 2f, 3f]),
            Is.True);
        Assert.That(DocumentValidator.AreFinite([]), Is.True);
    }

    [Test]
    public void Check_BadNumbers_NamesDocumentFieldFoundAndExpected()
    {
        Refuses(
            new Document("doc") { Vector = new[] { 1f, float.NaN } },
            "Document 'doc': number 1 of the vector is NaN; expected a finite number.");
        Refuses(
            new Document(7) { Vectors = { ["t"] = new[] { float.NegativeInfinity } } },
            "Document '7': number 0 of the vector 't' is -Infinity; expected a finite number.");
        Refuses(
            new Document("doc") { ["x"] = double.NaN },
            "Document 'doc': the attribute 'x' is NaN; expected a finite number.");
        Refuses(
            new Document("doc") { ["x"] = new[] { 1.0, double.PositiveInfinity } },
            "Document 'doc': the attribute 'x' is Infinity; expected a finite number.");
    }

    [Test]
    public void Check_TooManyDimensions_IsRefused()
    {
        Assert.That(
            () => DocumentValidator.Check(new Document(1) { Vector = new float[65_536] }), Throws.Nothing);
        Refuses(
            new Document(1) { Vector = new float[65_537] },
            "Document '1': the vector has 65537; expected at most 65536 dimensions.");
    }

    [Test]
    public void Check_BadText_IsRefused()
    {
        const string Expected =
            "Document '1': the attribute 'x' holds half of a surrogate pair; expected Unicode text.";
        Refuses(new Document(1) { ["x"] = "a\uD83D" }, Expected);
        Refuses(new Document(1) { ["x"] = new[] { "a", "\uDE00" } }, Expected);
        Refuses(
            new Document(1) { ["x"] = new[] { "a", null! } },
            "Document '1': an element of the attribute 'x' is null; expected a string.");
    }

    [Test]
    public void Check_AttributesOverTheLimit_AreRefusedWhateverTheirType()
    {
        const int Limit = DocumentValidator.MaxAttributesSizeBytes;
        AttributeValue[] tooLarge =
        [
            new string('a', Limit), new string('é', Limit / 2), new byte[Limit], new bool[Limit],
            new long[Limit / 8], new double[Limit / 8], new Guid[Limit / 16], new DateTimeOffset[Limit / 8],
            Enumerable.Repeat("", Limit).ToArray(), Enumerable.Repeat("abcdefg", Limit / 8).ToArray(),
        ];
        foreach (AttributeValue value in tooLarge)
        {
            Assert.That(
                () => DocumentValidator.Check(new Document(1) { ["x"] = value }),
                Throws.ArgumentException.With.Message.Contains("the attributes take"),
                value.Type.ToString());
        }

        Assert.That(
            () => DocumentValidator.Check(new Document(1) { ["x"] = new string('a', Limit - 3) }), Throws.Nothing);
        Assert.That(
            () => DocumentValidator.Check(
                new Document(1) { ["x"] = new string('a', Limit / 2), ["y"] = new string('a', Limit / 2) }),
            Throws.ArgumentException);
    }

    [Test]
    public void Check_LongId_IsShortenedInTheMessage()
    {
        ArgumentException? refusal = Assert.Throws<ArgumentException>(
            () => DocumentValidator.Check(new Document(new string('i', 500)) { Vector = new[] { float.NaN } }));

        Assert.That(refusal!.Message, Has.Length.LessThan(200).And.Contains(new string('i', 64) + "…"));
    }

    private static void Refuses(Document document, string message) =>
        Assert.That(() => DocumentValidator.Check(document), Throws.ArgumentException.With.Message.EqualTo(message));
}
