using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.Files;

namespace Tidepool.Tests.Storage.Files;

public sealed class FileNamesTests
{
    private const string Root = "/root";
    private static readonly FileNames s_names = new(Root);

    [TestCase("a", "/root/a.tp")]
    [TestCase("d/0123-ab/wal/00000000000000000007", "/root/d/0123-ab/wal/00000000000000000007.tp")]
    [TestCase("seg/data.tpvs", "/root/seg/data.tpvs.tp")]
    [TestCase("A", "/root/%41.tp")]
    [TestCase("é", "/root/%c3%a9.tp")]
    [TestCase(".tidepool/clock", "/root/%2etidepool/clock.tp")]
    [TestCase("..a/...", "/root/%2e.a/%2e...tp")]
    [TestCase("a./b.", "/root/a%2e/b..tp")]
    [TestCase("a.tp/b", "/root/a%2etp/b.tp")]
    [TestCase("con/nul.txt/lpt1", "/root/%63on/%6eul.txt/%6cpt1.tp")]
    [TestCase("cone/null/com/com10/lptx", "/root/cone/null/com/com10/lptx.tp")]
    [TestCase("a%b c", "/root/a%25b%20c.tp")]
    [TestCase("aux./x", "/root/%61ux%2e/x.tp")]
    [TestCase("com1.tp/x", "/root/%63om1%2etp/x.tp")]
    public void PathOf_Key_IsThatFile(string key, string path) =>
        Assert.That(Portable(s_names.PathOf(key)), Is.EqualTo(path));

    [Test]
    public void PathOf_LongSegment_IsCutIntoFolders()
    {
        string cut = new('q', 200);

        Assert.Multiple(() =>
        {
            Assert.That(Portable(s_names.PathOf(cut[1..])), Is.EqualTo($"/root/{cut[1..]}.tp"));
            Assert.That(Portable(s_names.PathOf(cut)), Is.EqualTo($"/root/{cut}%/.tp"));
            Assert.That(Portable(s_names.PathOf(cut + "r")), Is.EqualTo($"/root/{cut}%/r.tp"));
            Assert.That(Portable(s_names.PathOf(cut + "/s")), Is.EqualTo($"/root/{cut}%/%/s.tp"));
            Assert.That(Portable(s_names.PathOf(cut + ".")), Is.EqualTo($"/root/{cut}%/%2e.tp"));
        });
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public Property PathOf_AnyKey_StaysInside_InSafeShortNames_AndComesBack() => Prop.ForAll(Keys(), key =>
    {
        string[] names = Portable(s_names.PathOf(key))[(Root.Length + 1)..].Split('/');
        foreach (string name in names)
        {
            Assert.That(Encoding.UTF8.GetByteCount(name), Is.LessThan(256), key);
            Assert.That(name, Does.Match("^[a-z0-9_.%-]+$"), key);
            Assert.That(name, Is.Not.EqualTo(".").And.Not.EqualTo(".."), key);
        }

        Assert.That(names[^1], Does.EndWith(FileNames.Extension));
        Assert.That(names[..^1], Has.None.EndsWith(FileNames.Extension));
        Assert.That(names[0], Is.Not.EqualTo(FileNames.PrivateFolder));
        string? found = string.Empty;
        foreach (string name in names[..^1])
        {
            found = FileNames.FolderKey(found!, name);
        }

        Assert.That(FileNames.FileKey(found!, names[^1]), Is.EqualTo(key));
        Assert.That(s_names.IsPathOf(s_names.PathOf(key), key), Is.True);
    });

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public Property PathOf_TwoKeys_NeverMeet() => Prop.ForAll(Keys(), Keys(), (x, y) =>
        x == y || !string.Equals(s_names.PathOf(x), s_names.PathOf(y), StringComparison.OrdinalIgnoreCase));

    [TestCase("README")]
    [TestCase("Upper.tp")]
    [TestCase("%zz.tp")]
    [TestCase("%4.tp")]
    [TestCase("%41%.tp")]
    [TestCase("sp ace.tp")]
    [TestCase("%61.tp")] // "a" needs no escape.
    [TestCase(".tp")]
    [TestCase(".hidden.tp")]
    public void FileKey_OfAStranger_IsNotItsKey(string name)
    {
        string? key = FileNames.FileKey(string.Empty, name);

        Assert.That(key is not null && s_names.IsPathOf(Path.Join(Root, name), key), Is.False);
    }

    [TestCase("")]
    [TestCase("a/")]
    [TestCase("A/B/")]
    public void FolderOf_Prefix_HoldsItsKeys(string prefix) =>
        Assert.That(s_names.PathOf(prefix + "x"), Is.EqualTo(Path.Join(s_names.FolderOf(prefix), "x.tp")));

    [TestCase("/")]
    [TestCase("../")]
    [TestCase("a//")]
    [TestCase("a/../")]
    [TestCase("./")]
    public void FolderOf_PrefixOfNoKey_IsNone(string prefix) => Assert.That(s_names.FolderOf(prefix), Is.Null);

    private static string Portable(string path) => path.Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Legal keys that like to hit the special cases.</summary>
    private static Arbitrary<string> Keys()
    {
        Gen<string> piece = Gen.OneOf(
            Gen.Elements("a", "b", ".", "..", "A", "%", "con", "nul", "com1", ".tp", "é", "😀", "\uFFFD", " ",
                "~", "-"),
            Gen.Elements('q', '.', 'Q', 'é').Two().Select(two => new string(two.Item1, 97) + two.Item2),
            Gen.Choose(0x20, 0xD7FF).Where(code => code is not ('/' or 0x7F)).Select(code => ((char)code).ToString()));
        Gen<string> segment = piece.NonEmptyListOf().Select(pieces => string.Concat(pieces.Take(6)));
        Gen<string> key = segment.NonEmptyListOf().Select(segments => string.Join('/', segments.Take(4)));
        return key.Where(IsLegal).ToArbitrary();
    }

    private static bool IsLegal(string key)
    {
        try
        {
            ObjectKey.Validate(key);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
