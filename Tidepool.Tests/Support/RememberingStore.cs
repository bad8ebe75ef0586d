using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Tests.Support;

/// <summary>A store that remembers everything that was ever stored in it.</summary>
internal sealed class RememberingStore(IObjectStore inner) : IObjectStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<byte[]>> _versions = [];

    public ObjectStoreSharing Sharing => inner.Sharing;

    /// <summary>The keys there ever were, each with its contents from the first to the last.</summary>
    internal IReadOnlyDictionary<string, List<byte[]>> Versions => _versions;

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default) =>
        inner.GetAsync(key, range, cancellationToken);

    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(key, offset, destination, cancellationToken);

    public async ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        PutResult put = await inner.PutAsync(key, content, condition, cancellationToken).ConfigureAwait(false);
        await RememberAsync(key, put.Succeeded, cancellationToken).ConfigureAwait(false);
        return put;
    }

    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        PutResult put = await inner.UploadAsync(key, writeContent, cancellationToken).ConfigureAwait(false);
        await RememberAsync(key, put.Succeeded, cancellationToken).ConfigureAwait(false);
        return put;
    }

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
        inner.DeleteAsync(keys, cancellationToken);

    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken);

    private async ValueTask RememberAsync(string key, bool isStored, CancellationToken cancellationToken)
    {
        if (!isStored)
        {
            return;
        }

        using GetResult stored = await inner.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (!_versions.TryGetValue(key, out List<byte[]>? versions))
            {
                _versions.Add(key, versions = []);
            }

            versions.Add(stored.Data.ToArray());
        }
    }
}
