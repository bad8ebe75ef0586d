using System.Buffers;
using System.Globalization;

namespace Tidepool.Storage.InMemory;

/// <summary>Keeps objects in the memory of this process: for tests, for caches, and for data that may be
/// lost.</summary>
/// <remarks>
/// <para>The reference implementation of <see cref="IObjectStore"/>. Every call completes at once, on the caller's
/// thread. Reads take no lock. A get returns the stored bytes themselves: they stay valid for ever, and a caller that
/// changes them through unsafe means changes the object.</para>
/// <para>An object holds at most 2 GiB. The store's time is that of the time provider, except that it never goes
/// back.</para>
/// </remarks>
public sealed class InMemoryObjectStore : IObjectStore
{
    // One counter for the whole process: a tag is never given twice, not even in two clones.
    private static long s_lastVersion;

    private readonly TimeProvider _time;
    private readonly Lock _writing = new();
    private ObjectSet _objects;
    private long _lastTicks;

    /// <summary>Makes an empty store.</summary>
    /// <param name="timeProvider">Where the store's time comes from; the system's clock by default.</param>
    public InMemoryObjectStore(TimeProvider? timeProvider = null)
        : this(timeProvider ?? TimeProvider.System, ObjectSet.Empty, lastTicks: 0)
    {
    }

    private InMemoryObjectStore(TimeProvider time, ObjectSet objects, long lastTicks)
    {
        _time = time;
        _objects = objects;
        _lastTicks = lastTicks;
    }

    /// <inheritdoc/>
    public ObjectStoreSharing Sharing => ObjectStoreSharing.Process;

    /// <summary>Number of objects in the store.</summary>
    public int Count => Volatile.Read(ref _objects).Count;

    /// <summary>A store with the same objects, in constant time and memory; from then on the two change
    /// apart.</summary>
    public InMemoryObjectStore Clone() =>
        new(_time, Volatile.Read(ref _objects), Volatile.Read(ref _lastTicks));

    /// <inheritdoc/>
    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ObjectRange.Validate(range);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Volatile.Read(ref _objects).TryGet(key, out StoredObject? stored))
        {
            return new(GetResult.Missing(Now()));
        }

        (long offset, int count) = ObjectRange.Clip(range, stored.Data.Length, key);
        ReadOnlyMemory<byte> data = count == 0 ? default : stored.Data.Slice((int)offset, count);
        return new(GetResult.Existing(data, stored.Data.Length, stored.ETag, Now()));
    }

    /// <inheritdoc/>
    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Volatile.Read(ref _objects).TryGet(key, out StoredObject? stored))
        {
            return new(new ReadResult(Found: false, BytesRead: 0, ETag: null, Now()));
        }

        int count = (int)Math.Clamp(stored.Data.Length - offset, 0, destination.Length);
        if (count > 0)
        {
            stored.Data.Slice((int)offset, count).CopyTo(destination);
        }

        return new(new ReadResult(Found: true, count, stored.ETag, Now()));
    }

    /// <inheritdoc/>
    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        if (content.Length > Array.MaxLength)
        {
            throw new StorageException(
                $"{key}: {content.Length} bytes; an object in memory has at most {Array.MaxLength}.");
        }

        return new(Store(key, content.ToArray(), condition));
    }

    /// <inheritdoc/>
    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ArgumentNullException.ThrowIfNull(writeContent);
        using var stream = new InMemoryUploadStream();
        await writeContent(stream, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return Store(key, stream.ToMemory(), PutCondition.Always);
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (string key in keys)
        {
            ObjectKey.Validate(key);
        }

        cancellationToken.ThrowIfCancellationRequested();
        lock (_writing)
        {
            Volatile.Write(ref _objects, _objects.Without(keys));
        }

        return new(Now());
    }

    /// <inheritdoc/>
    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidateListing(prefix, maxKeys);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectSet objects = Volatile.Read(ref _objects);
        bool isAfter = startAfter is not null && ObjectKey.Compare(startAfter, prefix) >= 0;
        int ordinal = isAfter ? objects.Seek(startAfter!, after: true) : objects.Seek(prefix, after: false);
        var page = new List<ObjectInfo>();
        for (; ordinal < objects.Count; ordinal++)
        {
            (string key, StoredObject stored) = objects.At(ordinal);
            if (!key.StartsWith(prefix, StringComparison.Ordinal))
            {
                break;
            }

            if (page.Count == maxKeys)
            {
                return new(new ObjectListing(page, IsTruncated: true, Now()));
            }

            page.Add(new ObjectInfo(key, stored.Data.Length, stored.ETag, stored.LastModified));
        }

        return new(new ObjectListing(page, IsTruncated: false, Now()));
    }

    private PutResult Store(string key, ReadOnlyMemory<byte> data, PutCondition condition)
    {
        string etag = Interlocked.Increment(ref s_lastVersion).ToString("x", CultureInfo.InvariantCulture);
        lock (_writing)
        {
            bool exists = _objects.TryGet(key, out StoredObject? old);
            if ((condition.RequiresAbsence && exists) ||
                (condition.RequiredETag is string required && required != old?.ETag))
            {
                return new(Succeeded: false, ETag: null, Now());
            }

            DateTimeOffset now = Now();
            Volatile.Write(ref _objects, _objects.With(key, new StoredObject(data, etag, now)));
            return new(Succeeded: true, etag, now);
        }
    }

    /// <summary>The time provider's time, or the latest one given if that is later.</summary>
    private DateTimeOffset Now()
    {
        long ticks = _time.GetUtcNow().UtcTicks;
        long last = Volatile.Read(ref _lastTicks);
        while (ticks > last)
        {
            long seen = Interlocked.CompareExchange(ref _lastTicks, ticks, last);
            if (seen == last)
            {
                return new DateTimeOffset(ticks, TimeSpan.Zero);
            }

            last = seen;
        }

        return new DateTimeOffset(last, TimeSpan.Zero);
    }
}
