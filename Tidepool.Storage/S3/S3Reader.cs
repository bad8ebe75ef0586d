using System.Globalization;
using System.Net;
using Amazon.S3.Model;
using CommunityToolkit.HighPerformance.Buffers;

namespace Tidepool.Storage.S3;

/// <summary>Reads objects and ranges of them.</summary>
/// <remarks>Every get has a range, also one for the whole object: without one, the client library hashes all bytes.
/// </remarks>
internal sealed class S3Reader(S3Requests requests)
{
    // How often an object may be found shorter than a range's start and then, asked for its size, be longer.
    private const int MaxAttempts = 5;

    /// <summary>Reads into memory of its own.</summary>
    internal async ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range, CancellationToken cancellationToken)
    {
        long offset = range?.Offset ?? 0;
        string header = range is ObjectRange part ? Header(part.Offset, part.Length) : "bytes=0-";
        for (int attempt = 1; ; attempt++)
        {
            S3Answer<Body> answer = await SendAsync(key, header, offset, FillNewAsync, cancellationToken)
                .ConfigureAwait(false);
            if (answer.Failure is null)
            {
                Body body = answer.Value;
                return GetResult.Existing(body.Data, body.ObjectLength, body.ETag, answer.StoreTime, body.Owner);
            }

            if (answer.Failure != S3Failure.RangeNotSatisfiable)
            {
                return GetResult.Missing(answer.StoreTime);
            }

            S3Answer<Body> end = await SizeAsync(key, cancellationToken).ConfigureAwait(false);
            if (end.Failure is not null)
            {
                return GetResult.Missing(end.StoreTime);
            }

            if (end.Value.ObjectLength <= offset || attempt == MaxAttempts)
            {
                return GetResult.Existing(default, end.Value.ObjectLength, end.Value.ETag, end.StoreTime);
            }
        }

        async Task<Body> FillNewAsync(GetObjectResponse response, int count, CancellationToken stop)
        {
            if (count == 0)
            {
                return new Body(default, null);
            }

            MemoryOwner<byte> owner = MemoryOwner<byte>.Allocate(count);
            try
            {
                await response.ResponseStream.ReadExactlyAsync(owner.Memory, stop).ConfigureAwait(false);
                return new Body(owner.Memory, owner);
            }
            catch
            {
                owner.Dispose();
                throw;
            }
        }
    }

    /// <summary>Reads into the caller's memory.</summary>
    internal async ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        // There is no range of no bytes: ask for one and leave it.
        string header = Header(offset, Math.Max(1, destination.Length));
        S3Answer<Body> answer = await SendAsync(key, header, offset, FillGivenAsync, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Failure == S3Failure.RangeNotSatisfiable)
        {
            answer = await SizeAsync(key, cancellationToken).ConfigureAwait(false);
        }

        return answer.Failure is null
            ? new(Found: true, answer.Value.Data.Length, answer.Value.ETag, answer.StoreTime)
            : new(Found: false, BytesRead: 0, ETag: null, answer.StoreTime);

        async Task<Body> FillGivenAsync(GetObjectResponse response, int count, CancellationToken stop)
        {
            Memory<byte> wanted = destination[..Math.Min(count, destination.Length)];
            await response.ResponseStream.ReadExactlyAsync(wanted, stop).ConfigureAwait(false);
            return new Body(wanted, null);
        }
    }

    /// <summary>An object's size and tag, without its bytes.</summary>
    internal ValueTask<S3Answer<Body>> SizeAsync(string key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = requests.Bucket, Key = requests.NameOf(key) };
        return requests.SendAsync("read", key, sizeBytes: 0, HeadAsync, cancellationToken);

        async Task<Body> HeadAsync(CancellationTokenSource deadline)
        {
            GetObjectMetadataResponse response =
                await requests.Client.GetObjectMetadataAsync(request, deadline.Token).ConfigureAwait(false);
            string etag = S3Requests.Tag(response.ETag)!;
            return new Body(default, null) { ObjectLength = response.ContentLength, ETag = etag };
        }
    }

    private static string Header(long offset, long length)
    {
        long last = length - 1 > long.MaxValue - offset ? long.MaxValue : offset + length - 1;
        return string.Create(CultureInfo.InvariantCulture, $"bytes={offset}-{last}");
    }

    private ValueTask<S3Answer<Body>> SendAsync(
        string key,
        string rangeHeader,
        long offset,
        Func<GetObjectResponse, int, CancellationToken, Task<Body>> fill,
        CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = requests.Bucket,
            Key = requests.NameOf(key),
            ByteRange = new ByteRange(rangeHeader),
        };
        return requests.SendAsync("read", key, sizeBytes: 0, GetAsync, cancellationToken);

        async Task<Body> GetAsync(CancellationTokenSource deadline)
        {
            using GetObjectResponse response =
                await requests.Client.GetObjectAsync(request, deadline.Token).ConfigureAwait(false);
            if (response.HttpStatusCode != HttpStatusCode.PartialContent && offset > 0)
            {
                throw new StorageException($"{key}: the server ignored the range {rangeHeader}.");
            }

            long size = response.ContentLength;
            if (size > Array.MaxLength)
            {
                throw new StorageException($"{key}: {size} bytes do not fit into one buffer; read it in ranges.");
            }

            deadline.CancelAfter(requests.TimeoutFor(size));
            Body body = await fill(response, (int)size, deadline.Token).ConfigureAwait(false);
            return body with { ObjectLength = LengthOf(response), ETag = S3Requests.Tag(response.ETag)! };
        }
    }

    /// <summary>From "bytes 0-9/100"; an answer without a range is the whole object.</summary>
    private static long LengthOf(GetObjectResponse response)
    {
        string? range = response.ContentRange;
        int slash = range?.LastIndexOf('/') ?? -1;
        return slash >= 0 && long.TryParse(range.AsSpan(slash + 1), CultureInfo.InvariantCulture, out long length)
            ? length
            : response.ContentLength;
    }

    /// <summary>What was read of an object; all but its bytes, if only that was asked for.</summary>
    internal readonly record struct Body(ReadOnlyMemory<byte> Data, IDisposable? Owner)
    {
        internal long ObjectLength { get; init; }

        internal string ETag { get; init; } = string.Empty;
    }
}
