namespace Tidepool.Storage;

/// <summary>The answer to a get. Dispose it when its bytes are no longer needed: they may be pooled.</summary>
/// <remarks>A value that is passed on whole; dispose exactly one copy.</remarks>
public readonly struct GetResult : IDisposable
{
    private readonly IDisposable? _owner;

    private GetResult(
        bool found,
        ReadOnlyMemory<byte> data,
        long objectLength,
        string? etag,
        DateTimeOffset? storeTime,
        IDisposable? owner)
    {
        Found = found;
        Data = data;
        ObjectLength = objectLength;
        ETag = etag;
        StoreTime = storeTime;
        _owner = owner;
    }

    /// <summary>False when there is no such object.</summary>
    public bool Found { get; }

    /// <summary>The bytes asked for; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Size of the whole object in bytes, also when only a range was read.</summary>
    public long ObjectLength { get; }

    /// <summary>The version tag, or null when there is no object.</summary>
    public string? ETag { get; }

    /// <summary>The store's own time of the answer; null from a store that does not tell.</summary>
    public DateTimeOffset? StoreTime { get; }

    /// <summary>The answer for an object that exists.</summary>
    /// <param name="data">The bytes asked for.</param>
    /// <param name="objectLength">Size of the whole object in bytes.</param>
    /// <param name="etag">Its version tag.</param>
    /// <param name="storeTime">The store's own time of the answer.</param>
    /// <param name="owner">What to dispose when the bytes are no longer needed; null for memory nobody reuses.</param>
    public static GetResult Existing(
        ReadOnlyMemory<byte> data,
        long objectLength,
        string etag,
        DateTimeOffset? storeTime,
        IDisposable? owner = null) =>
        new(found: true, data, objectLength, etag, storeTime, owner);

    /// <summary>The answer for a key that has no object.</summary>
    public static GetResult Missing(DateTimeOffset? storeTime) =>
        new(found: false, default, 0, etag: null, storeTime, owner: null);

    /// <summary>Gives the bytes back.</summary>
    public void Dispose() => _owner?.Dispose();
}
