using System.Text;
using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Rows;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Model;

internal sealed class DocumentIdCodecTests
{
    private static readonly DocumentId[] s_ids =
    [
        long.MinValue, -1L, 0L, 7L, long.MaxValue, "a", "aa", "b", "é", "\uFFFD", "\U0001F600", new string('x', 512),
        Guid.Empty, new Guid("01234567-89ab-cdef-0123-456789abcdef"),
    ];

    [Test]
    public void FromKey_OfToKey_IsTheId()
    {
        byte[] scratch = new byte[DocumentIdCodec.MaxTextSizeBytes];
        foreach (DocumentId id in s_ids)
        {
            Assert.That(DocumentIdCodec.FromKey(DocumentIdCodec.ToKey(id, scratch)), Is.EqualTo(id));
        }
    }

    [Test]
    public void ToKey_EveryPair_SortsAsTheIdsDo()
    {
        byte[] left = new byte[DocumentIdCodec.MaxTextSizeBytes];
        byte[] right = new byte[DocumentIdCodec.MaxTextSizeBytes];
        foreach (DocumentId a in s_ids)
        {
            foreach (DocumentId b in s_ids)
            {
                DocumentKey keyA = DocumentIdCodec.ToKey(a, left);
                DocumentKey keyB = DocumentIdCodec.ToKey(b, right);
                Assert.That(Math.Sign(keyA.CompareTo(keyB)), Is.EqualTo(Math.Sign(a.CompareTo(b))), $"{a}, {b}");
                Assert.That(keyA.Equals(keyB), Is.EqualTo(a == b));
            }
        }
    }

    [Test]
    public void ToKey_HasTheDocumentedBytes()
    {
        byte[] scratch = new byte[DocumentIdCodec.MaxTextSizeBytes];

        DocumentKey text = DocumentIdCodec.ToKey("é", scratch);
        Assert.That(text.Text.ToArray(), Is.EqualTo(new byte[] { 1, 0xC3, 0xA9 }));
        Assert.That(text.Hash, Is.EqualTo(XxHash64.Compute([1, 0xC3, 0xA9])));

        DocumentKey guid = DocumentIdCodec.ToKey(new Guid("01234567-89ab-cdef-0123-456789abcdef"), scratch);
        Assert.That(
            Convert.ToHexString(guid.Text), Is.EqualTo("020123456789ABCDEF0123456789ABCDEF"));

        DocumentKey number = DocumentIdCodec.ToKey(-2, scratch);
        Assert.That(number.Text.IsEmpty, Is.True);
        Assert.That(number.Hash, Is.EqualTo(unchecked((ulong)-2L)));
    }

    [Test]
    public void ToKey_DefaultId_IsRefused()
    {
        byte[] scratch = new byte[DocumentIdCodec.MaxTextSizeBytes];

        Assert.That(() => DocumentIdCodec.ToKey(default, scratch).Hash, Throws.ArgumentException);
    }

    [TestCase(new byte[] { 1 })]
    [TestCase(new byte[] { 0, 65 })]
    [TestCase(new byte[] { 3, 65 })]
    [TestCase(new byte[] { 1, 0xC3 })]
    [TestCase(new byte[] { 1, 0xED, 0xA0, 0x80 })]
    [TestCase(new byte[] { 2, 1, 2, 3 })]
    public void FromKey_MalformedText_IsAFormatFault(byte[] text)
    {
        Assert.That(
            () => DocumentIdCodec.FromKey(new DocumentKey(0, text)), Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void FromKey_TooLongText_IsAFormatFault()
    {
        byte[] text = [1, .. Encoding.UTF8.GetBytes(new string('a', 513))];

        Assert.That(
            () => DocumentIdCodec.FromKey(new DocumentKey(0, text)), Throws.TypeOf<SegmentFormatException>());
    }
}
