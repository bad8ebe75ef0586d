using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Tests.Support;

/// <summary>Stops the process, as far as its store can tell: one request fails, and all that follow. Several stores may
/// count together.</summary>
internal sealed class StoppingStore(IObjectStore inner, RequestCounter counter) : IObjectStore
{
    public ObjectStoreSharing Sharing => inner.Sharing;

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default) =>
        counter.RunAsync(() => inner.GetAsync(key, range, cancellationToken));

    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        counter.RunAsync(() => inner.ReadAsync(key, offset, destination, cancellationToken));

    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default) =>
        counter.RunAsync(() => inner.PutAsync(key, content, condition, cancellationToken));

    public ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default) =>
        counter.RunAsync(() => inner.UploadAsync(key, writeContent, cancellationToken));

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
        counter.RunAsync(() => inner.DeleteAsync(keys, cancellationToken));

    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default) =>
        counter.RunAsync(() => inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken));
}
