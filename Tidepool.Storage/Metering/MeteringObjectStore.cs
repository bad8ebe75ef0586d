using System.Buffers;

namespace Tidepool.Storage.Metering;

/// <summary>Counts the calls that go to another store, their bytes, and the time they take.</summary>
/// <remarks>
/// <para>Any number of threads. A call costs two readings of the clock and a few interlocked additions, and completes
/// as the inner store's does: at once when that one does.</para>
/// <para>Does not dispose the store it wraps.</para>
/// </remarks>
public sealed class MeteringObjectStore : IObjectStore, ILocalObjects
{
    private readonly IObjectStore _inner;
    private readonly OperationMeter _get;
    private readonly OperationMeter _put;
    private readonly OperationMeter _upload;
    private readonly OperationMeter _delete;
    private readonly OperationMeter _list;

    /// <summary>Wraps a store, with all totals at zero.</summary>
    /// <param name="inner">The store to call.</param>
    /// <param name="timeProvider">What latencies are measured with; the system's clock by default.</param>
    public MeteringObjectStore(IObjectStore inner, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        TimeProvider time = timeProvider ?? TimeProvider.System;
        _inner = inner;
        _get = new(time);
        _put = new(time);
        _upload = new(time);
        _delete = new(time);
        _list = new(time);
    }

    /// <inheritdoc/>
    public ObjectStoreSharing Sharing => _inner.Sharing;

    /// <summary>The totals since the start, or since the last reset.</summary>
    public StoreUsage GetUsage() => new(_get.Read(), _put.Read(), _upload.Read(), _delete.Read(), _list.Read());

    /// <summary>Sets all totals to zero; a call that is under way counts when it ends.</summary>
    /// <returns>The totals until now.</returns>
    public StoreUsage Reset() => new(_get.Reset(), _put.Reset(), _upload.Reset(), _delete.Reset(), _list.Reset());

    /// <inheritdoc/>
    public string? GetLocalPath(string key) => (_inner as ILocalObjects)?.GetLocalPath(key);

    /// <inheritdoc/>
    public async ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default)
    {
        long start = _get.Start();
        try
        {
            GetResult result = await _inner.GetAsync(key, range, cancellationToken).ConfigureAwait(false);
            _get.Success(start, isMiss: !result.Found, result.Data.Length);
            return result;
        }
        catch
        {
            _get.Failure(start);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        long start = _get.Start();
        try
        {
            ReadResult result =
                await _inner.ReadAsync(key, offset, destination, cancellationToken).ConfigureAwait(false);
            _get.Success(start, isMiss: !result.Found, result.BytesRead);
            return result;
        }
        catch
        {
            _get.Failure(start);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        long start = _put.Start();
        try
        {
            PutResult result =
                await _inner.PutAsync(key, content, condition, cancellationToken).ConfigureAwait(false);
            _put.Success(start, isMiss: !result.Succeeded, content.Length);
            return result;
        }
        catch
        {
            _put.Failure(start);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writeContent);
        long start = _upload.Start();
        try
        {
            long size = 0;
            PutResult result = await _inner.UploadAsync(key, WriteCountedAsync, cancellationToken)
                .ConfigureAwait(false);
            _upload.Success(start, isMiss: !result.Succeeded, size);
            return result;

            async ValueTask WriteCountedAsync(Stream stream, CancellationToken stop)
            {
                using var counted = new CountingStream(stream);
                await writeContent(counted, stop).ConfigureAwait(false);
                size = counted.BytesWritten;
            }
        }
        catch
        {
            _upload.Failure(start);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        long start = _delete.Start();
        try
        {
            DateTimeOffset? storeTime = await _inner.DeleteAsync(keys, cancellationToken).ConfigureAwait(false);
            _delete.Success(start, isMiss: false, bytes: 0);
            return storeTime;
        }
        catch
        {
            _delete.Failure(start);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        long start = _list.Start();
        try
        {
            ObjectListing page =
                await _inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken).ConfigureAwait(false);
            _list.Success(start, isMiss: false, bytes: 0);
            return page;
        }
        catch
        {
            _list.Failure(start);
            throw;
        }
    }
}
