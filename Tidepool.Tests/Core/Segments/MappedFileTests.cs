using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Segments;

namespace Tidepool.Tests.Core.Segments;

internal sealed class MappedFileTests
{
    [Test]
    public void Open_File_GivesItsBytes()
    {
        using TestFolder folder = new();
        byte[] bytes = [.. Enumerable.Range(0, 10_000).Select(n => (byte)n)];
        File.WriteAllBytes(folder.At("f"), bytes);

        MappedFile file = MappedFile.Open(folder.At("f"));

        Assert.That(file.Length, Is.EqualTo(10_000));
        Assert.That(file.Read(0, 10_000).ToArray(), Is.EqualTo(bytes));
        Assert.That(file.Read(9_990, 10).ToArray(), Is.EqualTo(bytes[9_990..]));
        Assert.That(() => file.Read(9_990, 11), Throws.InstanceOf<ArgumentOutOfRangeException>());
        file.Close();
    }

    [Test]
    public void Read_AfterClose_ThrowsInsteadOfTouchingTheMap()
    {
        using TestFolder folder = new();
        File.WriteAllBytes(folder.At("f"), [1, 2, 3]);
        MappedFile file = MappedFile.Open(folder.At("f"));
        ReadOnlyMemory<byte> memory = file.Read(0, 3);

        file.Close();

        Assert.That(() => memory.Span.Length, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Read_FileDeletedMeanwhile_StillGivesItsBytes()
    {
        using TestFolder folder = new();
        File.WriteAllBytes(folder.At("f"), [1, 2, 3]);
        MappedFile file = MappedFile.Open(folder.At("f"));
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(folder.At("f"));
        }

        Assert.That(file.Read(0, 3).ToArray(), Is.EqualTo([1, 2, 3]));
        file.Close();
    }

    [Test]
    public void Open_EmptyFile_HasNoBytes()
    {
        using TestFolder folder = new();
        File.WriteAllBytes(folder.At("f"), []);

        MappedFile file = MappedFile.Open(folder.At("f"));

        Assert.That(file.Length, Is.Zero);
        Assert.That(file.Read(0, 0).IsEmpty, Is.True);
        file.Close();
    }

    [Test]
    public void Open_FileOfMoreThan2GiB_IsRefused()
    {
        using TestFolder folder = new();
        using (FileStream sparse = File.Create(folder.At("f")))
        {
            sparse.SetLength(1L + int.MaxValue);
        }

        Assert.That(
            () => MappedFile.Open(folder.At("f")),
            Throws.TypeOf<SegmentFormatException>().With.Message.Contains("2147483648"));
    }

    [Test]
    public void Open_NoFile_Throws()
    {
        using TestFolder folder = new();

        Assert.That(() => MappedFile.Open(folder.At("f")), Throws.TypeOf<FileNotFoundException>());
        Assert.That(() => MappedFile.Open(folder.At("g/f")), Throws.TypeOf<DirectoryNotFoundException>());
    }
}
