using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Tidepool.Storage.Files;

/// <summary>Keeps objects as files below a folder, one file each, for any number of processes of one host.</summary>
/// <remarks>
/// <para>Durable: a put returns when its bytes and its name are on the disk. Bytes are flushed before the name appears,
/// so a crash at any moment leaves an object whole or absent. Creating and replacing are atomic among all processes
/// that use the folder.</para>
/// <para>The folder must be on a local file system that has hard links (or, on Windows, NTFS) and keeps times to
/// 100 ns, as all common ones do; this is checked when the store opens. Network file systems are not supported: they
/// promise none of this. Do not change files in the folder; files that are not the store's are left alone.</para>
/// <para>The store's time is a clock that all these processes share, that never goes back, and that a change of the
/// machine's clock cannot stop. It lies within a second of the moment at which a get looked, or a put took effect: a
/// process that is stopped just then (suspended, say) looks again, or reports the put as in doubt by a transient
/// <see cref="StorageException"/>. A version tag is the time at which the version was written, unique on that clock,
/// and its size.</para>
/// <para>All members may be called at any time by any thread. Gets up to 256 KiB and puts up to 1 MiB do their work on
/// the calling thread and complete at once, unless another put or delete of the same key is in the way. Dispose the
/// store after use, when no call is under way: it holds a few files open.</para>
/// </remarks>
public sealed class FileObjectStore : IObjectStore, ILocalObjects, IDisposable
{
    private const int MaxDirectWriteSizeBytes = 1 << 20;

    private readonly FileNames _names;
    private readonly SharedClock _clock;
    private readonly KeyLocks _locks;
    private readonly FileReader _reader;
    private readonly TemporaryFiles _temporary;
    private readonly FilePublisher _publisher;
    private bool _isDisposed;

    /// <summary>Opens the store in a folder, which is made if there is none, and removes what dead processes left in
    /// it.</summary>
    /// <param name="directory">The folder; a relative path is resolved against the current one now.</param>
    /// <exception cref="StorageException">The folder cannot be used, or its file system lacks what is
    /// needed.</exception>
    public FileObjectStore(string directory)
        : this(directory, TimeProvider.System)
    {
    }

    internal FileObjectStore(string directory, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        string own = Path.Join(root, FileNames.PrivateFolder);
        try
        {
            _names = new FileNames(root);
            _publisher = FilePublisher.Open(root);
            Directory.CreateDirectory(own);
            _clock = new SharedClock(Path.Join(own, "clock"), time);
            _reader = new FileReader(_clock);
            _locks = new KeyLocks(Path.Join(own, "locks"), time);
            _temporary = new TemporaryFiles(Path.Join(own, "tmp"), _clock);
            new FileLayout(own).Check(_publisher, _temporary, _clock);
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            Close();
            throw new StorageException($"Cannot open a store in {root}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public ObjectStoreSharing Sharing => ObjectStoreSharing.Host;

    /// <inheritdoc/>
    public string? GetLocalPath(string key)
    {
        ObjectKey.Validate(key);
        return _names.PathOf(key);
    }

    /// <inheritdoc/>
    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default)
    {
        ObjectRange.Validate(range);
        string path = Begin(key, cancellationToken);
        SafeFileHandle? file = _reader.Open(path, key, out DateTimeOffset storeTime);
        return file is null
            ? new(GetResult.Missing(storeTime))
            : FileReader.ReadRangeAsync(file, key, range, storeTime, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        string path = Begin(key, cancellationToken);
        SafeFileHandle? file = _reader.Open(path, key, out DateTimeOffset storeTime);
        return file is null
            ? new(new ReadResult(Found: false, BytesRead: 0, ETag: null, storeTime))
            : FileReader.ReadIntoAsync(file, key, offset, destination, storeTime, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        string path = Begin(key, cancellationToken);
        try
        {
            if (condition.RequiresAbsence && File.Exists(path))
            {
                return new(Succeeded: false, ETag: null, _clock.Now());
            }

            using TemporaryFile file = _temporary.Create();
            if (content.Length <= MaxDirectWriteSizeBytes)
            {
                file.Write(content);
                file.Seal(_clock);
            }
            else
            {
                await Task.Run(() => WriteAndSeal(file), cancellationToken).ConfigureAwait(false);
            }

            return await PublishAsync(file, key, path, condition, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            throw FileErrors.Failed("write", key, error);
        }

        void WriteAndSeal(TemporaryFile file)
        {
            file.Write(content);
            file.Seal(_clock);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writeContent);
        string path = Begin(key, cancellationToken);
        using TemporaryFile file = CreateTemporary(key);
        var stream = new FileUploadStream(file.Handle, key);
        try
        {
            await writeContent(stream, cancellationToken).ConfigureAwait(false);
            stream.Complete();
        }
        finally
        {
            stream.Abandon();
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await Task.Run(() => file.Seal(_clock), cancellationToken).ConfigureAwait(false);
            return await PublishAsync(file, key, path, PutCondition.Always, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            throw FileErrors.Failed("write", key, error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        string[] paths = [.. keys.Select(key => Begin(key, cancellationToken))]; // All are checked before any goes.
        var folders = new HashSet<string>();
        string current = string.Empty;
        try
        {
            int i = 0;
            foreach (string key in keys)
            {
                current = key;
                string path = paths[i++];
                using KeyLocks.Holder held = await _locks.TakeAsync(key, cancellationToken).ConfigureAwait(false);
                if (File.Exists(path))
                {
                    File.Delete(path);
                    folders.Add(Path.GetDirectoryName(path)!);
                }
            }

            foreach (string folder in folders)
            {
                _publisher.FlushDeleted(folder);
            }
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            throw FileErrors.Failed("delete", current, error);
        }

        return _clock.Now();
    }

    /// <inheritdoc/>
    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidateListing(prefix, maxKeys);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var listing = new FileListing(prefix, startAfter, maxKeys);
            (IReadOnlyList<ObjectInfo> objects, bool isTruncated) = listing.Run(_names);
            return new(new ObjectListing(objects, isTruncated, _clock.Now()));
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            throw FileErrors.Failed("list", prefix, error);
        }
    }

    /// <summary>Closes the store's files and removes its temporary ones. Objects that callers have mapped stay mapped.
    /// </summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Close();
        }
    }

    private void Close()
    {
        // Fields are null when the constructor failed before them.
        _temporary?.Dispose();
        _publisher?.Dispose();
        _locks?.Dispose();
        _clock?.Dispose();
    }

    /// <summary>Checks what every call checks first; the path of the key's file.</summary>
    private string Begin(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return _names.PathOf(key);
    }

    private TemporaryFile CreateTemporary(string key)
    {
        try
        {
            return _temporary.Create();
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            throw FileErrors.Failed("write", key, error);
        }
    }

    /// <summary>Gives a sealed file its object's name, if the condition holds, and returns when that is on the disk.
    /// </summary>
    private async ValueTask<PutResult> PublishAsync(
        TemporaryFile file, string key, string path, PutCondition condition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _publisher.Prepare(path);
        DateTimeOffset before;
        DateTimeOffset after;
        if (condition.RequiresAbsence)
        {
            before = _clock.Now();
            bool isCreated = _publisher.TryCreate(file.Path, path);
            after = _clock.Now();
            if (!isCreated)
            {
                return new(Succeeded: false, ETag: null, after);
            }
        }
        else
        {
            using KeyLocks.Holder held = await _locks.TakeAsync(key, cancellationToken).ConfigureAwait(false);
            before = _clock.Now();
            if (condition.RequiredETag is string required && required != FileTag.OfFile(path))
            {
                return new(Succeeded: false, ETag: null, before);
            }

            _publisher.Replace(file.Path, path);
            after = _clock.Now();
        }

        try
        {
            _publisher.Flush(path);
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            throw FileErrors.InDoubt(key, $"its folder cannot be flushed: {error.Message}", error);
        }

        return after - before <= SharedClock.MaxTimeError
            ? new(Succeeded: true, file.Tag, after)
            : throw FileErrors.InDoubt(key, $"the process stood still for {after - before} at that moment");
    }
}
