using System.Buffers;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Tidepool.Storage.S3;

/// <summary>Sends requests to one bucket: each once, under a deadline, with its failures sorted and the server's time
/// noted.</summary>
internal sealed class S3Requests : IDisposable
{
    private const long ProportionalSizeBytes = 16 << 20;

    private readonly S3StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly S3Transport _transport;
    private readonly string _prefix;

    internal S3Requests(S3StoreOptions options, TimeProvider time)
    {
        options.Validate();
        _options = options;
        _time = time;
        _prefix = options.NormalizedPrefix();
        _transport = new S3Transport(options);
        AmazonS3Config config = Configure(options, _transport);
        Client = options.AccessKey is null
            ? new AmazonS3Client(config)
            : new AmazonS3Client(Credentials(options), config);
    }

    internal AmazonS3Client Client { get; }

    internal S3StoreOptions Options => _options;

    internal TimeProvider Time => _time;

    internal string Bucket => _options.Bucket;

    /// <summary>The name in the bucket of a key of the store; throws <see cref="ArgumentException"/> if either is not
    /// legal.</summary>
    internal string NameOf(string key)
    {
        ObjectKey.Validate(key);
        if (_prefix.Length == 0)
        {
            return key;
        }

        string name = _prefix + key;
        ObjectKey.Validate(name);
        return name;
    }

    /// <summary>What names in the bucket begin with that have a prefix in the store.</summary>
    internal string PrefixOf(string prefix) => _prefix + prefix;

    /// <summary>The store's key of a name in the bucket.</summary>
    internal string KeyOf(string name) => name[_prefix.Length..];

    /// <summary>The form of a version tag that callers see; the server's may be in quotes.</summary>
    internal static string? Tag(string? etag) => string.IsNullOrEmpty(etag) ? null : etag.Trim('"');

    /// <summary>How long a request that carries so many bytes may take.</summary>
    internal TimeSpan TimeoutFor(long sizeBytes) =>
        _options.RequestTimeout * Math.Max(1, (double)sizeBytes / ProportionalSizeBytes);

    /// <summary>Sends a request. Failures that are answers come back as such; others are thrown as
    /// <see cref="StorageException"/>.</summary>
    /// <param name="operation">What is done, for messages: a verb.</param>
    /// <param name="key">The object's key, for messages.</param>
    /// <param name="sizeBytes">How many bytes the request carries.</param>
    /// <param name="send">Sends it and reads the answer. It may extend the deadline when it knows how much is to come.
    /// </param>
    /// <param name="cancellationToken">Abandons the request.</param>
    internal async ValueTask<S3Answer<T>> SendAsync<T>(
        string operation,
        string key,
        long sizeBytes,
        Func<CancellationTokenSource, Task<T>> send,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TimeSpan limit = TimeoutFor(sizeBytes);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        var time = new AnswerTime();
        AnswerTime.Current = time; // Seen by what this method calls, and by nobody else.
        try
        {
            return new(await send(deadline).ConfigureAwait(false), Failure: null, time.Value);
        }
        catch (StorageException)
        {
            throw;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException error)
        {
            throw S3ErrorMap.TimedOut(operation, key, limit, error);
        }
        catch (Exception error)
        {
            S3Failure failure = S3ErrorMap.Classify(error);
            return failure is S3Failure.Transient or S3Failure.Permanent
                ? throw S3ErrorMap.ToException(operation, key, error)
                : new(default!, failure, time.Value);
        }
    }

    /// <summary>Writes an object whole, by its name in the bucket; its new version tag.</summary>
    internal async Task<string?> PutAsync(
        string name, ReadOnlySequence<byte> content, PutCondition condition, CancellationToken cancellationToken)
    {
        using var stream = new SequenceStream(content);
        var request = new PutObjectRequest
        {
            BucketName = Bucket,
            Key = name,
            InputStream = stream,
            ContentType = "application/octet-stream",
            AutoCloseStream = false,
            UseChunkEncoding = false, // Signed chunks cost five times the memory.
            IfNoneMatch = condition.RequiresAbsence ? "*" : null,
            IfMatch = condition.RequiredETag is string tag ? (_options.QuoteETags ? $"\"{tag}\"" : tag) : null,
        };
        PutObjectResponse response = await Client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
        return Tag(response.ETag);
    }

    /// <summary>Deletes up to 1,000 objects by their names in the bucket.</summary>
    internal async Task<bool> DeleteAsync(string[] names, CancellationToken cancellationToken)
    {
        if (names is [string only])
        {
            var single = new DeleteObjectRequest { BucketName = Bucket, Key = only };
            await Client.DeleteObjectAsync(single, cancellationToken).ConfigureAwait(false);
            return true;
        }

        var request = new DeleteObjectsRequest { BucketName = Bucket, Quiet = true };
        foreach (string name in names)
        {
            request.AddKey(name);
        }

        try
        {
            await Client.DeleteObjectsAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (DeleteObjectsException partly) when (partly.Response?.DeleteErrors is { Count: > 0 } errors)
        {
            DeleteError first = errors.Find(error => error.Code != "NoSuchKey") ?? errors[0];
            if (first.Code != "NoSuchKey")
            {
                bool isTransient = S3ErrorMap.Classify(400, first.Code) == S3Failure.Transient;
                throw new StorageException(
                    $"{KeyOf(first.Key)}: cannot delete the object: {first.Code}: {first.Message}",
                    isTransient,
                    partly);
            }
        }

        return true;
    }

    public void Dispose()
    {
        Client.Dispose();
        _transport.Dispose();
    }

    private static AmazonS3Config Configure(S3StoreOptions options, S3Transport transport)
    {
        var config = new AmazonS3Config
        {
            HttpClientFactory = transport,
            MaxErrorRetry = 0, // A repeated put must know that it is one: see RetryingObjectStore.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, // Every object has its own inside.
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            ForcePathStyle = options.UsePathStyle ?? options.Endpoint is not null,
        };
        if (options.Endpoint is Uri endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = options.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return config;
    }

    private static AWSCredentials Credentials(S3StoreOptions options) =>
        options.SessionToken is null
            ? new BasicAWSCredentials(options.AccessKey, options.SecretKey)
            : new SessionAWSCredentials(options.AccessKey, options.SecretKey, options.SessionToken);
}
