using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Storage;

namespace Tidepool.Segments;

/// <summary>Opens segments where they can be read in place: a local file where it is, an object in memory as it is,
/// anything else through the disk cache.</summary>
/// <param name="store">Where the segments are.</param>
/// <param name="cache">Where segments of a store go that is neither local nor in this process; null to read them into
/// memory.</param>
internal sealed class SegmentOpener(IObjectStore store, SegmentDiskCache? cache)
{
    private readonly IObjectStore _store = store;
    private readonly SegmentDiskCache? _cache = cache;

    /// <summary>Opens a segment, for one user; null when there is no such object.</summary>
    /// <param name="identity">Which segment, and its key.</param>
    /// <param name="length">Its size in bytes, as the manifest says.</param>
    /// <param name="opening">What to begin with where the rest may come later; null for all at once.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DataCorruptionException">The object is damaged, or another one.</exception>
    /// <exception cref="StorageException">The store failed, or the disk of the cache.</exception>
    internal async ValueTask<SegmentHandle?> OpenAsync(
        SegmentIdentity identity, long length, SegmentOpening? opening, CancellationToken cancellationToken)
    {
        try
        {
            if ((_store as ILocalObjects)?.GetLocalPath(identity.ObjectKey) is { } path)
            {
                return OpenFile(path, identity, length);
            }

            return _store.Sharing == ObjectStoreSharing.Process || _cache is null
                ? await OpenInMemoryAsync(identity, length, cancellationToken).ConfigureAwait(false)
                : await _cache.OpenAsync(_store, identity, length, opening, cancellationToken).ConfigureAwait(false);
        }
        catch (SegmentFormatException inner)
        {
            throw SegmentFaults.Translate(inner, identity.ObjectKey);
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Segment {identity.ObjectKey} cannot be read: {inner.Message}", inner);
        }
    }

    private static SegmentHandle? OpenFile(string path, SegmentIdentity identity, long length)
    {
        MappedFile file;
        try
        {
            file = MappedFile.Open(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return Open(file, file, identity, length);
    }

    private async ValueTask<SegmentHandle?> OpenInMemoryAsync(
        SegmentIdentity identity, long length, CancellationToken cancellationToken)
    {
        GetResult result = await _store.GetAsync(identity.ObjectKey, range: null, cancellationToken)
            .ConfigureAwait(false);
        return result.Found ? Open(new MemoryByteSource(result.Data), result, identity, length) : null;
    }

    private static SegmentHandle Open(IByteSource source, IDisposable owner, SegmentIdentity identity, long length)
    {
        try
        {
            if (source.Length != length)
            {
                throw new SegmentFormatException($"the object has {source.Length} bytes, expected {length}", 0);
            }

            return new SegmentHandle(SegmentReader.Open(source, identity), owner);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }
}
