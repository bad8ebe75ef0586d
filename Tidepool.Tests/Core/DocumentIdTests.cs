using NUnit.Framework;

namespace Tidepool.Tests.Core;

internal sealed class DocumentIdTests
{
    private static readonly Guid s_guid = new("01234567-89ab-cdef-0123-456789abcdef");

    /// <summary>Ids in ascending order; an astral character sorts behind U+FFFD although its UTF-16 units do
    /// not.</summary>
    private static readonly DocumentId[] s_ascending =
    [
        long.MinValue, -1L, 0L, 1L, long.MaxValue,
        "\0", "1", "B", "a", "aa", "b", "é", "\uFFFD", "\U0001F600",
        Guid.Empty, new Guid("00000000-0000-0000-0000-000000000001"), s_guid,
        new Guid("ff000000-0000-0000-0000-000000000000"),
    ];

    [Test]
    public void CompareTo_EveryPair_FollowsTheOrderOfKinds()
    {
        for (int i = 0; i < s_ascending.Length; i++)
        {
            for (int j = 0; j < s_ascending.Length; j++)
            {
                DocumentId left = s_ascending[i];
                DocumentId right = s_ascending[j];
                Assert.That(
                    Math.Sign(left.CompareTo(right)), Is.EqualTo(Math.Sign(i.CompareTo(j))), $"{left}, {right}");
                Assert.That(left == right, Is.EqualTo(i == j));
                Assert.That(left != right, Is.EqualTo(i != j));
                Assert.That(left < right, Is.EqualTo(i < j));
                Assert.That(left <= right, Is.EqualTo(i <= j));
                Assert.That(left > right, Is.EqualTo(i > j));
                Assert.That(left >= right, Is.EqualTo(i >= j));
            }
        }
    }

    [Test]
    public void GetHashCode_EqualIds_AreEqual()
    {
        DocumentId text = new string('x', 3);

        Assert.That(text.GetHashCode(), Is.EqualTo(((DocumentId)"xxx").GetHashCode()));
        Assert.That(text.Equals((object)(DocumentId)"xxx"), Is.True);
        Assert.That(text.Equals((object)"xxx"), Is.False);
        DocumentId sameGuid = new Guid(s_guid.ToByteArray());
        Assert.That(sameGuid.GetHashCode(), Is.EqualTo(((DocumentId)s_guid).GetHashCode()));
    }

    [Test]
    public void TryGet_OfEachKind_AnswersOneKindOnly()
    {
        foreach (DocumentId id in s_ascending)
        {
            bool isText = id.TryGetString(out string? text);
            bool isNumber = id.TryGetInt64(out long number);
            bool isGuid = id.TryGetGuid(out Guid guid);

            Assert.That(new[] { isText, isNumber, isGuid }.Count(is_ => is_), Is.EqualTo(1));
            DocumentId back = isText ? text! : isNumber ? number : guid;
            Assert.That(back, Is.EqualTo(id));
            Assert.That(id.IsDefault, Is.False);
        }
    }

    [Test]
    public void ToString_OfEachKind_IsReadable()
    {
        Assert.That(((DocumentId)"a b").ToString(), Is.EqualTo("a b"));
        Assert.That(((DocumentId)(-42L)).ToString(), Is.EqualTo("-42"));
        Assert.That(((DocumentId)s_guid).ToString(), Is.EqualTo("01234567-89ab-cdef-0123-456789abcdef"));
        Assert.That(default(DocumentId).ToString(), Is.Empty);
    }

    [Test]
    public void Default_IsNoId()
    {
        Assert.That(default(DocumentId).IsDefault, Is.True);
        Assert.That(default(DocumentId), Is.Not.EqualTo((DocumentId)0));
        Assert.That(default(DocumentId).TryGetInt64(out _), Is.False);
        Assert.That(default(DocumentId), Is.LessThan((DocumentId)long.MinValue));
    }

    [TestCase(512, "a")]
    [TestCase(256, "é")]
    [TestCase(128, "\U0001F600")]
    public void FromString_AtTheLimit_IsAllowedAndOneMoreIsNot(int count, string character)
    {
        string longest = string.Concat(Enumerable.Repeat(character, count));

        Assert.That(((DocumentId)longest).ToString(), Is.EqualTo(longest));
        Assert.That(
            () => (DocumentId)(longest + "a"),
            Throws.ArgumentException.With.Message.Contains("513").And.Message.Contains("512"));
    }

    [Test]
    public void FromString_EmptyOrHalfASurrogatePair_IsRefused()
    {
        foreach (string text in new[] { "", "a\uD83D", "\uDE00\uD83D", "\uD83Da" })
        {
            Assert.That(() => (DocumentId)text, Throws.ArgumentException);
        }
    }

    [Test]
    public void FromString_Null_IsRefused()
    {
        Assert.That(() => (DocumentId)(string)null!, Throws.ArgumentNullException);
    }
}
