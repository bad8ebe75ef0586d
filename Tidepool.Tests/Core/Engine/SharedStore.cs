using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Tests.Core.Engine;

/// <summary>A store that says that others can reach its objects, further away than they really are.</summary>
internal sealed class SharedStore(IObjectStore inner, ObjectStoreSharing sharing) : IObjectStore
{
    public ObjectStoreSharing Sharing => sharing;

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default) =>
        inner.GetAsync(key, range, cancellationToken);

    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(key, offset, destination, cancellationToken);

    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default) =>
        inner.PutAsync(key, content, condition, cancellationToken);

    public ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default) =>
        inner.UploadAsync(key, writeContent, cancellationToken);

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
        inner.DeleteAsync(keys, cancellationToken);

    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken);
}
