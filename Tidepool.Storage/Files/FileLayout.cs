using System.Buffers;

namespace Tidepool.Storage.Files;

/// <summary>Says how a store's folder is laid out, so that no version of this code misreads another's.</summary>
/// <remarks>The mark is written once, after trying on two small files what the store relies on.</remarks>
internal sealed class FileLayout(string privateFolder)
{
    /// <summary>1: keys escaped as <see cref="FileNames"/> says, tags as <see cref="FileTag"/> says.</summary>
    private const string Version = "1\n";

    private readonly string _mark = Path.Join(privateFolder, "layout");

    /// <summary>Throws <see cref="IOException"/> unless the folder's layout is ours and its file system will
    /// do.</summary>
    internal void Check(FilePublisher publisher, TemporaryFiles temporary, SharedClock clock)
    {
        if (!File.Exists(_mark))
        {
            Try(publisher, temporary, clock);
        }

        string found = File.ReadAllText(_mark);
        if (found != Version)
        {
            throw new IOException($"its layout is version {found.Trim()}; this code knows {Version.Trim()}.");
        }
    }

    private void Try(FilePublisher publisher, TemporaryFiles temporary, SharedClock clock)
    {
        using TemporaryFile first = temporary.Create();
        using TemporaryFile second = temporary.Create();
        foreach (TemporaryFile file in new[] { first, second })
        {
            file.Write(new ReadOnlySequence<byte>("1\n"u8.ToArray()));
            file.Seal(clock);
        }

        // Another process may be first; then neither of ours gets the name.
        bool isFirst = publisher.TryCreate(first.Path, _mark);
        if (publisher.TryCreate(second.Path, _mark))
        {
            throw new IOException("the file system lets two files be created with one name.");
        }

        publisher.Flush(_mark);
        string? tag = FileTag.OfFile(_mark);
        if (isFirst && tag != first.Tag)
        {
            File.Delete(_mark);
            throw new IOException($"the file system does not keep times to 100 ns: {first.Tag} became {tag}.");
        }
    }
}
