using System.Buffers;
using Amazon.S3.Model;

namespace Tidepool.Storage.S3;

/// <summary>Keeps objects in a bucket of Amazon S3 or of a server that speaks its protocol.</summary>
/// <remarks>
/// <para>The server must honour <c>If-None-Match: *</c> on puts, read and list what was written, and list in byte
/// order: Amazon S3 (not its directory buckets), Ceph from 16 and MinIO do. Compare-and-swap also needs
/// <c>If-Match</c>. A version tag there is a digest of the content: writing the same bytes again gives the same tag, so
/// an object that is compared and swapped should hold something new each time.</para>
/// <para>The store's time is the <c>Date</c> of the server's answer, in whole seconds.</para>
/// <para>Every request is sent once, except those of uploads; wrap the store to repeat them. Throttling, conflicts,
/// lost connections, time-outs and 5xx answers throw a transient <see cref="StorageException"/>; missing rights or a
/// missing bucket one that is not.</para>
/// <para>Uploads larger than one part are multipart uploads. One that fails is aborted; what a killed process leaves
/// behind stays invisible, but is paid for: a rule of the bucket should expire unfinished multipart uploads.</para>
/// <para>All members may be called at any time by any thread. Dispose the store after use, when no call is under way.
/// </para>
/// </remarks>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private const int MaxDeletedAtOnce = 1000;

    private readonly S3Requests _requests;
    private readonly S3Reader _reader;

    /// <summary>Makes a store; the first request goes out with the first call.</summary>
    /// <param name="options">Where the bucket is and how to get in.</param>
    /// <exception cref="ArgumentException">An option is missing or out of its range.</exception>
    public S3ObjectStore(S3StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _requests = new S3Requests(options with { }, TimeProvider.System);
        _reader = new S3Reader(_requests);
    }

    /// <inheritdoc/>
    public ObjectStoreSharing Sharing => ObjectStoreSharing.Network;

    /// <inheritdoc/>
    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default)
    {
        ObjectRange.Validate(range);
        return _reader.GetAsync(key, range, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return _reader.ReadAsync(key, offset, destination, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        string name = _requests.NameOf(key);
        S3Answer<string?> answer = await _requests.SendAsync(
            "write",
            key,
            content.Length,
            deadline => _requests.PutAsync(name, content, condition, deadline.Token),
            cancellationToken).ConfigureAwait(false);
        return answer.Failure switch
        {
            null => new(Succeeded: true, answer.Value, answer.StoreTime),
            S3Failure.ConditionFailed => new(Succeeded: false, ETag: null, answer.StoreTime),
            S3Failure.NoSuchKey when condition.RequiredETag is not null =>
                new(Succeeded: false, ETag: null, answer.StoreTime),
            S3Failure failure => throw new StorageException($"{key}: cannot write the object: {failure}."),
        };
    }

    /// <inheritdoc/>
    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writeContent);
        cancellationToken.ThrowIfCancellationRequested();
        var upload = new S3Upload(_requests, _reader, key, cancellationToken);
        bool isComplete = false;
        try
        {
            await writeContent(upload, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            PutResult result = await upload.CompleteAsync().ConfigureAwait(false);
            isComplete = true;
            return result;
        }
        finally
        {
            await upload.CloseAsync(isComplete).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        string[] names = [.. keys.Select(_requests.NameOf)]; // All are checked before any goes.
        cancellationToken.ThrowIfCancellationRequested();
        DateTimeOffset? storeTime = null;
        foreach (string[] some in names.Chunk(MaxDeletedAtOnce))
        {
            S3Answer<bool> answer = await _requests.SendAsync(
                "delete",
                _requests.KeyOf(some[0]),
                sizeBytes: 0,
                deadline => _requests.DeleteAsync(some, deadline.Token),
                cancellationToken).ConfigureAwait(false);
            storeTime = answer.StoreTime ?? storeTime; // One that is not there is as good as deleted.
        }

        return storeTime;
    }

    /// <inheritdoc/>
    public async ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidateListing(prefix, maxKeys);
        var request = new ListObjectsV2Request
        {
            BucketName = _requests.Bucket,
            Prefix = _requests.PrefixOf(prefix),
            StartAfter = string.IsNullOrEmpty(startAfter) ? null : _requests.PrefixOf(startAfter),
            MaxKeys = maxKeys,
        };
        while (true)
        {
            S3Answer<ListObjectsV2Response> answer = await _requests.SendAsync(
                "list",
                prefix,
                sizeBytes: 0,
                deadline => _requests.Client.ListObjectsV2Async(request, deadline.Token),
                cancellationToken).ConfigureAwait(false);
            if (answer.Failure is S3Failure failure)
            {
                throw new StorageException($"{prefix}: cannot list objects: {failure}.");
            }

            ListObjectsV2Response page = answer.Value;
            bool isTruncated = page.IsTruncated == true;
            if (isTruncated && page.S3Objects is not { Count: > 0 })
            {
                request.ContinuationToken = page.NextContinuationToken; // Without a key, our caller could not go on.
                continue;
            }

            return new ObjectListing(Convert(page), isTruncated, answer.StoreTime);
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => _requests.Dispose();

    private List<ObjectInfo> Convert(ListObjectsV2Response page)
    {
        var objects = new List<ObjectInfo>(page.S3Objects?.Count ?? 0);
        foreach (S3Object found in page.S3Objects ?? [])
        {
            var lastModified = new DateTimeOffset((found.LastModified ?? default).ToUniversalTime(), TimeSpan.Zero);
            string key = _requests.KeyOf(found.Key);
            objects.Add(new ObjectInfo(key, found.Size ?? 0, S3Requests.Tag(found.ETag) ?? string.Empty, lastModified));
        }

        return objects;
    }
}
