using NUnit.Framework;

namespace Tidepool.Tests.Tidy;

internal sealed class CodeTextTests
{
    [TestCase("a // Wal.X\nb", "a\nb")]
    [TestCase("a /* Wal.X\n */ b", "a\nb")]
    [TestCase("a(\"Wal.X\", b)", "a( , b)")]
    [TestCase("a(\"\\\"Wal.X\", b)", "a( , b)")]
    [TestCase("a(@\"\\\", b, @\"x\"\"y\", c)", "a( , b, , c)")]
    [TestCase("a($\"Wal.X {b.C(\"}\")} {{D}}\", e)", "a( b.C( ) , e)")]
    [TestCase("a($@\"\"\"x\"\" {b}\", c)", "a( b , c)")]
    [TestCase("a(\"\"\"Wal \"\" X\"\"\", b)", "a( , b)")]
    [TestCase("a($$\"\"\"{Wal} {{b}} \"\"\", c)", "a( b , c)")]
    [TestCase("a('\"', b, '\\'', c)", "a( , b, , c)")]
    [TestCase("a(\"\", b)", "a( , b)")]
    [TestCase("a(x => { b(); }, $\"{(c ? \"d\" : e)}\") // f", "a(x => { b(); }, (c ? : e) )")]
    public void Blank_KeepsCodeOnly(string source, string expected)
    {
        string code = CodeText.Blank(source);

        Assert.That(code, Has.Length.EqualTo(source.Length));
        Assert.That(Squeeze(code), Is.EqualTo(expected));
    }

    private static string Squeeze(string code) => string.Join(
        '\n',
        code.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
