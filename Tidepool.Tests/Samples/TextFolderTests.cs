using System.Text;
using NUnit.Framework;
using SemanticSearch.Indexing;

namespace Tidepool.Tests.Samples;

internal sealed class TextFolderTests
{
    [Test]
    public void Find_MixedFolder_ListsTextFilesInOrder()
    {
        using var folder = new SampleFolder();
        foreach (string file in (string[])
            [
                "b.md", "a.TXT", "sub/c.markdown", "sub/deep/d.rst", "e.cs", "README", "f.png", ".hidden.md",
                ".git/g.md", "node_modules/h.md", "bin/i.txt", "cabin/j.txt",
            ])
        {
            folder.Write(file, "text");
        }

        Assert.That(
            TextFolder.Find(folder.Path),
            Is.EqualTo(new[] { "a.TXT", "b.md", "cabin/j.txt", "sub/c.markdown", "sub/deep/d.rst" }));
    }

    [Test]
    public void Find_LinkToItself_Ends()
    {
        using var folder = new SampleFolder();
        folder.Write("a.md", "text");
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(folder.Path, "again"), folder.Path);
        }
        catch (Exception notAllowed) when (notAllowed is IOException or UnauthorizedAccessException)
        {
            Assert.Ignore("This user may not make symbolic links.");
        }

        Assert.That(TextFolder.Find(folder.Path), Is.EqualTo(new[] { "a.md" }));
    }

    [Test]
    public async Task ReadAsync_Encodings_GiveTheSameText()
    {
        using var folder = new SampleFolder();
        Encoding[] encodings = [Encoding.UTF8, new UTF8Encoding(false), Encoding.Unicode, Encoding.BigEndianUnicode];
        foreach (Encoding encoding in encodings)
        {
            folder.Write("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("tide pööl")]);

            FileText file = await FileText.ReadAsync(Path.Combine(folder.Path, "a.txt"), CancellationToken.None);

            Assert.That((file.Text, file.Problem), Is.EqualTo(("tide pööl", (string?)null)));
        }
    }

    [Test]
    public async Task ReadAsync_NotAText_SaysWhy()
    {
        using var folder = new SampleFolder();
        folder.Write("binary.txt", [1, 2, 0, 3]);
        folder.Write("huge.txt", new byte[FileText.MostBytes + 1]);

        FileText binary = await FileText.ReadAsync(Path.Combine(folder.Path, "binary.txt"), CancellationToken.None);
        FileText huge = await FileText.ReadAsync(Path.Combine(folder.Path, "huge.txt"), CancellationToken.None);
        FileText gone = await FileText.ReadAsync(Path.Combine(folder.Path, "gone.txt"), CancellationToken.None);

        Assert.That((binary.Problem, binary.IsUnreadable), Is.EqualTo(("not text", false)));
        Assert.That((huge.Problem, huge.IsUnreadable), Is.EqualTo(("larger than 8 MiB", false)));
        Assert.That((gone.Problem is null, gone.IsUnreadable), Is.EqualTo((false, true)));
    }
}
