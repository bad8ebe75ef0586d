using CommunityToolkit.HighPerformance.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Tidepool.Storage.Files;

/// <summary>Opens and reads objects' files.</summary>
/// <remarks>Any number of threads. An open file is one version of an object for ever: a put replaces the name, never
/// the bytes.</remarks>
internal sealed class FileReader(SharedClock clock)
{
    private const int MaxDirectSizeBytes = 256 << 10;

    /// <summary>Opens an object's file, null if there is none, and tells when that was so.</summary>
    internal SafeFileHandle? Open(string path, string key, out DateTimeOffset storeTime)
    {
        while (true)
        {
            DateTimeOffset before = clock.Now();
            SafeFileHandle? file = OpenOnce(path, key);
            storeTime = clock.Now();
            if (storeTime - before <= SharedClock.MaxTimeError)
            {
                return file;
            }

            file?.Dispose(); // We were stopped in between: no time we could name would be true of what we saw.
        }
    }

    /// <summary>Answers a get, and closes the file.</summary>
    internal static async ValueTask<GetResult> ReadRangeAsync(
        SafeFileHandle file,
        string key,
        ObjectRange? range,
        DateTimeOffset storeTime,
        CancellationToken cancellationToken)
    {
        using SafeFileHandle closing = file;
        MemoryOwner<byte>? owner = null;
        try
        {
            long length = RandomAccess.GetLength(file);
            string etag = FileTag.Of(File.GetLastWriteTimeUtc(file), length);
            (long offset, int count) = ObjectRange.Clip(range, length, key);
            if (count == 0)
            {
                return GetResult.Existing(default, length, etag, storeTime);
            }

            owner = MemoryOwner<byte>.Allocate(count);
            int read = await FillAsync(file, offset, owner.Memory, cancellationToken).ConfigureAwait(false);
            return read == count
                ? GetResult.Existing(owner.Memory, length, etag, storeTime, owner)
                : throw new StorageException($"{key}: its file of {length} bytes was cut while it was read.");
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            owner?.Dispose();
            throw FileErrors.Failed("read", key, error);
        }
        catch
        {
            owner?.Dispose();
            throw;
        }
    }

    /// <summary>Answers a read into the caller's memory, and closes the file.</summary>
    internal static async ValueTask<ReadResult> ReadIntoAsync(
        SafeFileHandle file,
        string key,
        long offset,
        Memory<byte> destination,
        DateTimeOffset storeTime,
        CancellationToken cancellationToken)
    {
        using SafeFileHandle closing = file;
        try
        {
            string etag = FileTag.Of(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
            int read = await FillAsync(file, offset, destination, cancellationToken).ConfigureAwait(false);
            return new ReadResult(Found: true, read, etag, storeTime);
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            throw FileErrors.Failed("read", key, error);
        }
    }

    private static SafeFileHandle? OpenOnce(string path, string key)
    {
        // Most questions are for the log's next entry, which is not there: that must not cost an exception.
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // Deleted between the two calls.
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            throw FileErrors.Failed("read", key, error);
        }
    }

    /// <summary>Reads until the memory is full or the file ends; small reads on this thread, large ones on
    /// another.</summary>
    private static async ValueTask<int> FillAsync(
        SafeFileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        bool isDirect = destination.Length <= MaxDirectSizeBytes;
        int total = 0;
        while (total < destination.Length)
        {
            Memory<byte> rest = destination[total..];
            int read = isDirect
                ? RandomAccess.Read(file, rest.Span, offset + total)
                : await RandomAccess.ReadAsync(file, rest, offset + total, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }
}
