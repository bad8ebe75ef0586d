using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Benchmarks.Cold;

/// <summary>Answers each request only after a delay, as a store over a network does.</summary>
internal sealed class DelayingObjectStore(IObjectStore inner, TimeSpan delay) : IObjectStore
{
    public ObjectStoreSharing Sharing => ObjectStoreSharing.Network;

    public async ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default)
    {
        await Task.Delay(delay, cancellationToken);
        return await inner.GetAsync(key, range, cancellationToken);
    }

    public async ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        await Task.Delay(delay, cancellationToken);
        return await inner.ReadAsync(key, offset, destination, cancellationToken);
    }

    public async ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        await Task.Delay(delay, cancellationToken);
        return await inner.PutAsync(key, content, condition, cancellationToken);
    }

    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        await Task.Delay(delay, cancellationToken);
        return await inner.UploadAsync(key, writeContent, cancellationToken);
    }

    public async ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        await Task.Delay(delay, cancellationToken);
        return await inner.DeleteAsync(keys, cancellationToken);
    }

    public async ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        await Task.Delay(delay, cancellationToken);
        return await inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken);
    }
}
