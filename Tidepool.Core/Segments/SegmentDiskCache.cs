using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Storage;

namespace Tidepool.Segments;

/// <summary>Local copies of remote segments, mapped from files of a folder that survives the process.</summary>
/// <remarks>
/// <para>A copy is checked whole, against the checksums it carries, when it is mapped: a damaged file is deleted and
/// fetched again, never answered from. All users of a segment in this cache share one mapping, and all who ask for it
/// at the same time share one download.</para>
/// <para>Files take at most the capacity, except for segments in use. Several processes may share the folder.</para>
/// </remarks>
internal sealed class SegmentDiskCache : IAsyncDisposable
{
    private readonly CacheDirectory _directory;
    private readonly SegmentCopies _copies;
    private readonly Lock _lock = new();

    /// <summary>Segments in use or waited for, by file name.</summary>
    private readonly Dictionary<string, CachedSegment> _segments = [];

    /// <summary>Segments being loaded, also those that nobody waits for any more.</summary>
    private readonly HashSet<CachedSegment> _loading = [];
    private bool _isDisposed;

    /// <summary>Opens a cache, and deletes what a crash left half written.</summary>
    /// <param name="directory">Its folder; created if need be.</param>
    /// <param name="capacityBytes">How much the files may take.</param>
    /// <param name="partialFromBytes">From which size on segments may be opened in part.</param>
    /// <param name="time">Dates the use of files.</param>
    internal SegmentDiskCache(string directory, long capacityBytes, long partialFromBytes, TimeProvider time)
    {
        _directory = new CacheDirectory(directory, time);
        _copies = new SegmentCopies(_directory, capacityBytes, partialFromBytes, IsInUse);
    }

    internal SegmentCacheStatistics GetStatistics() => _copies.GetStatistics();

    /// <summary>Size of the copies of a namespace's segments; lists the folder.</summary>
    internal long GetCachedBytes(Guid namespaceId) => _directory.GetSizeBytes(namespaceId);

    /// <summary>Opens a segment, from disk or from its store; null when there is no such object.</summary>
    /// <param name="store">Where the segment is.</param>
    /// <param name="identity">Which segment.</param>
    /// <param name="length">Its size in bytes.</param>
    /// <param name="opening">What to begin with where the rest may come later; null for all at once. Others may have
    /// opened it in part, or whole, all the same.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="SegmentFormatException">What the store has is damaged, or another object.</exception>
    /// <exception cref="IOException">The disk of the cache failed or is full.</exception>
    internal async ValueTask<SegmentHandle?> OpenAsync(
        IObjectStore store,
        SegmentIdentity identity,
        long length,
        SegmentOpening? opening,
        CancellationToken cancellationToken)
    {
        CachedSegment segment = Join(store, identity, length, opening);
        LoadedSegment? loaded = null;
        try
        {
            loaded = await segment.Loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(SegmentDiskCache));
        }
        finally
        {
            if (loaded is null)
            {
                Leave(segment);
            }
        }

        return loaded is null ? null : new SegmentHandle(
            loaded.Reader, new Use(this, segment), loaded.Partial);
    }

    /// <summary>Deletes the copies of a namespace's segments that are in none of its manifests any more.</summary>
    internal void KeepOnly(Guid namespaceId, IReadOnlySet<Guid> segmentIds) =>
        _directory.KeepOnly(namespaceId, segmentIds);

    /// <summary>Ends what is being loaded; files stay. Segments in use stay mapped until their users leave.</summary>
    public async ValueTask DisposeAsync()
    {
        CachedSegment[] loading;
        lock (_lock)
        {
            _isDisposed = true;
            loading = [.. _loading];
        }

        foreach (CachedSegment segment in loading)
        {
            await segment.Abandoned.CancelAsync().ConfigureAwait(false);
        }

        // Failures belong to those who wait for the segments.
        await Task.WhenAll(loading.Select(segment => (Task)segment.Loading))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Joins the users of a segment; the first one starts to load it.</summary>
    private CachedSegment Join(
        IObjectStore store, SegmentIdentity identity, long length, SegmentOpening? opening)
    {
        string fileName = CacheDirectory.GetFileName(identity);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_segments.TryGetValue(fileName, out CachedSegment? segment))
            {
                segment.UserCount++;
                _copies.CountHit();
                return segment;
            }

            segment = new CachedSegment(fileName) { UserCount = 1 };
            _segments.Add(fileName, segment);
            _loading.Add(segment);
            segment.Loading = Task.Run(() => LoadAsync(segment, store, identity, length, opening));
            return segment;
        }
    }

    /// <summary>Leaves the users of a segment; the last one closes it, or ends its loading.</summary>
    private void Leave(CachedSegment segment)
    {
        bool isLoading;
        lock (_lock)
        {
            if (--segment.UserCount > 0)
            {
                return;
            }

            Forget(segment);
            isLoading = _loading.Contains(segment);
        }

        if (isLoading)
        {
            segment.Abandoned.Cancel(); // LoadAsync will find itself without users, and close what it has.
            return;
        }

        segment.Loaded?.Close();
        _copies.Shrink();
    }

    private async Task<LoadedSegment?> LoadAsync(
        CachedSegment segment,
        IObjectStore store,
        SegmentIdentity identity,
        long length,
        SegmentOpening? opening)
    {
        LoadedSegment? loaded = null;
        try
        {
            loaded = await _copies
                .LoadAsync(segment.FileName, store, identity, length, opening, segment.Abandoned.Token)
                .ConfigureAwait(false);
            return loaded;
        }
        catch (Exception) when (IsAbandoned(segment))
        {
            return null; // Nobody is left to hear of it.
        }
        finally
        {
            Finish(segment, loaded);
        }
    }

    private void Finish(CachedSegment segment, LoadedSegment? loaded)
    {
        lock (_lock)
        {
            _loading.Remove(segment);
            if (loaded is null)
            {
                Forget(segment); // The next one who asks tries again.
            }
            else if (segment.UserCount > 0)
            {
                segment.Loaded = loaded;
                return;
            }
        }

        loaded?.Close();
    }

    private bool IsAbandoned(CachedSegment segment)
    {
        lock (_lock)
        {
            return segment.UserCount == 0;
        }
    }

    private bool IsInUse(string fileName)
    {
        lock (_lock)
        {
            return _segments.ContainsKey(fileName);
        }
    }

    /// <summary>Makes the next one who asks for a segment load it anew. Under the lock.</summary>
    private void Forget(CachedSegment segment)
    {
        if (_segments.TryGetValue(segment.FileName, out CachedSegment? known) && known == segment)
        {
            _segments.Remove(segment.FileName);
        }
    }

    /// <summary>One user's hold on a segment.</summary>
    private sealed class Use(SegmentDiskCache cache, CachedSegment segment) : IDisposable
    {
        public void Dispose() => cache.Leave(segment);
    }
}
