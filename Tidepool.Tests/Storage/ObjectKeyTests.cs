using System.Text;
using NUnit.Framework;
using Tidepool.Storage;

namespace Tidepool.Tests.Storage;

public sealed class ObjectKeyTests
{
    [TestCase("", "", 0)]
    [TestCase("", "a", -1)]
    [TestCase("a", "a", 0)]
    [TestCase("a", "b", -1)]
    [TestCase("a", "aa", -1)]
    [TestCase("z", "é", -1)]
    [TestCase("\uFFFD", "😀", -1)] // UTF-16 would say the opposite.
    [TestCase("\uD7FF", "\uE000", -1)]
    [TestCase("😀", "😁", -1)]
    public void Compare_IsTheOrderOfUtf8Bytes(string x, string y, int expected)
    {
        Assert.That(Math.Sign(ObjectKey.Compare(x, y)), Is.EqualTo(expected));
        Assert.That(Math.Sign(ObjectKey.Compare(y, x)), Is.EqualTo(-expected));
    }

    [FsCheck.NUnit.Property]
    public bool Compare_AnyText_AgreesWithTheBytes(string x, string y)
    {
        string first = Valid(x);
        string second = Valid(y);
        int bytes = Encoding.UTF8.GetBytes(first).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(second));
        return Math.Sign(ObjectKey.Compare(first, second)) == Math.Sign(bytes);
    }

    [Test]
    public void Validate_LongestKey_Passes() =>
        Assert.Multiple(() =>
        {
            Assert.That(() => ObjectKey.Validate(new string('x', 1024)), Throws.Nothing);
            Assert.That(() => ObjectKey.Validate(new string('é', 512)), Throws.Nothing);
            Assert.That(() => ObjectKey.Validate(new string('x', 1025)), Throws.ArgumentException);
            Assert.That(() => ObjectKey.Validate(new string('é', 512) + "x"), Throws.ArgumentException);
            Assert.That(() => ObjectKey.Validate(null!), Throws.ArgumentNullException);
        });

    private static string Valid(string? text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? string.Empty));
}
