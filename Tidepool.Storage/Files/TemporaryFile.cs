using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Tidepool.Storage.Files;

/// <summary>An object on its way to its name: written, then sealed, then published by somebody else.</summary>
/// <remarks>Used by one thread at a time. Disposing removes the temporary name, if the file still has it.</remarks>
internal sealed class TemporaryFile : IDisposable
{
    private DateTime _stamp;
    private long _length;

    internal TemporaryFile(string path)
    {
        Path = path;

        // Readers may open it from the moment it has a name: with no sharing they would be turned away.
        Handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    internal string Path { get; }

    internal SafeFileHandle Handle { get; }

    /// <summary>The version tag that the object will have; known once the file is sealed.</summary>
    internal string Tag => FileTag.Of(_stamp, _length);

    internal void Write(ReadOnlySequence<byte> content)
    {
        if (content.IsSingleSegment)
        {
            RandomAccess.Write(Handle, content.FirstSpan, 0);
            return;
        }

        var segments = new List<ReadOnlyMemory<byte>>();
        foreach (ReadOnlyMemory<byte> segment in content)
        {
            segments.Add(segment);
        }

        RandomAccess.Write(Handle, segments, 0);
    }

    /// <summary>Gives the file the time that makes its tag, and returns when all of it is on the disk.</summary>
    internal void Seal(SharedClock clock)
    {
        _length = RandomAccess.GetLength(Handle);
        _stamp = clock.NextUnique().UtcDateTime;
        File.SetLastWriteTimeUtc(Handle, _stamp);
        RandomAccess.FlushToDisk(Handle);
        if (OperatingSystem.IsWindows())
        {
            Handle.Dispose(); // An open file cannot be moved there.
        }
    }

    public void Dispose()
    {
        Handle.Dispose();
        try
        {
            File.Delete(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next store that opens removes it; the put itself has its outcome.
        }
    }
}
