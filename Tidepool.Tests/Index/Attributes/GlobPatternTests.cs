using System.Text;
using NUnit.Framework;
using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

public sealed class GlobPatternTests
{
    [TestCase("", "", true)]
    [TestCase("", "a", false)]
    [TestCase("*", "", true)]
    [TestCase("*", "anything\nat all", true)]
    [TestCase("**", "", true)]
    [TestCase("?", "", false)]
    [TestCase("?", "a", true)]
    [TestCase("?", "é", true)]
    [TestCase("?", "😀", true)]
    [TestCase("??", "😀", false)]
    [TestCase("e?", "e\u0301", true)] // One character to a reader, two code points.
    [TestCase("?", "e\u0301", false)]
    [TestCase("abc", "abc", true)]
    [TestCase("abc", "abcd", false)]
    [TestCase("abc", "ABC", false)]
    [TestCase("a*", "a", true)]
    [TestCase("a*", "ba", false)]
    [TestCase("*a", "ba", true)]
    [TestCase("*a", "ab", false)]
    [TestCase("*a*", "bab", true)]
    [TestCase("a*b*c", "a__b__b_c_c", true)]
    [TestCase("a*b*c", "a__c__b", false)]
    [TestCase("*aab", "aaaab", true)]
    [TestCase("*ab?", "aababab", false)]
    [TestCase("*ab?", "aabababx", true)]
    [TestCase("a*a", "a", false)]
    [TestCase("?*?", "x", false)]
    [TestCase("?*?", "xy", true)]
    [TestCase("*?é", "😀é", true)]
    [TestCase("\\*", "*", true)]
    [TestCase("\\*", "x", false)]
    [TestCase("\\?", "?", true)]
    [TestCase("\\?", "x", false)]
    [TestCase("\\\\", "\\", true)]
    [TestCase("\\a", "a", true)]
    [TestCase("\\😀", "😀", true)]
    [TestCase("a\\", "a\\", true)] // An escape with nothing behind it stands for itself.
    [TestCase("*\\", "b\\", true)]
    [TestCase("[a-z]", "[a-z]", true)]
    [TestCase("[a-z]", "b", false)]
    public void IsMatch_Table_Holds(string pattern, string text, bool expected)
    {
        Assert.That(new GlobPattern(pattern).IsMatch(Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));
        var value = new OneValue(ColumnValue.FromString(text));
        Assert.That(PredicateEvaluator.Matches(Predicate.Glob("f", pattern), value), Is.EqualTo(expected));
    }

    [Test]
    public void IsMatch_RandomPatterns_AgreesWithRegularExpressions([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 500; i++)
        {
            string pattern = Create(random, "ab*?\\é😀");
            string text = Create(random, "ab\\é😀*");
            bool expected = RandomPredicate.GlobRegex(pattern).IsMatch(text);
            Assert.That(
                new GlobPattern(pattern).IsMatch(Encoding.UTF8.GetBytes(text)),
                Is.EqualTo(expected),
                $"\"{pattern}\" on \"{text}\"");
        }
    }

    [Test]
    public void IsMatch_BytesThatAreNoUtf8_EndsWithinThem()
    {
        var random = new Random(1);
        var text = new byte[12];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(text);
            var pattern = new GlobPattern(Create(random, "ab*?\\é😀"));
            Assert.That(() => pattern.IsMatch(text.AsSpan(0, random.Next(text.Length))), Throws.Nothing);
        }
    }

    [TestCase("abc", GlobKind.Literal, "abc")]
    [TestCase("a\\*c", GlobKind.Literal, "a*c")]
    [TestCase("", GlobKind.Literal, "")]
    [TestCase("é*", GlobKind.Prefix, "é")]
    [TestCase("*", GlobKind.Prefix, "")]
    [TestCase("a?", GlobKind.General, "a")]
    [TestCase("a*b", GlobKind.General, "a")]
    public void Kind_Table_Holds(string pattern, object kind, string literalPrefix)
    {
        var glob = new GlobPattern(pattern);
        Assert.That(glob.Kind, Is.EqualTo(kind));
        Assert.That(glob.LiteralPrefix, Is.EqualTo(literalPrefix));
    }

    [Test]
    public void Constructor_HalfASurrogatePair_Throws() =>
        Assert.That(() => new GlobPattern("a\uD800*"), Throws.InstanceOf<ArgumentException>());

    private static string Create(Random random, string alphabet)
    {
        Rune[] runes = [.. alphabet.EnumerateRunes()];
        return string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => runes[random.Next(runes.Length)]));
    }
}
