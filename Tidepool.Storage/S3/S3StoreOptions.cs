namespace Tidepool.Storage.S3;

/// <summary>Where an S3 bucket is, how to get in, and the limits of its use.</summary>
/// <remarks>Copied when a store is made; later changes have no effect.</remarks>
public sealed record S3StoreOptions
{
    /// <summary>Name of the bucket, which must exist. Required.</summary>
    public required string Bucket { get; init; }

    /// <summary>What all keys begin with in the bucket, such as <c>tidepool/production</c>: several stores can share
    /// one bucket. A slash is added at its end if it has none. Empty by default.</summary>
    public string KeyPrefix { get; init; } = string.Empty;

    /// <summary>Address of the server, such as <c>https://s3.example.com</c>; null (the default) for Amazon's in
    /// <see cref="Region"/>.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region that requests are signed for; <c>us-east-1</c> by default, which most other servers take.
    /// </summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The access key's id; null (the default) to find credentials as the AWS command line does: in the
    /// environment, in the profile, at the machine's metadata service.</summary>
    public string? AccessKey { get; init; }

    /// <summary>The access key's secret; given if and only if <see cref="AccessKey"/> is.</summary>
    public string? SecretKey { get; init; }

    /// <summary>The token that goes with temporary credentials; null (the default) for permanent ones.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Whether the bucket's name stands in the path of a request rather than in its host name; null (the
    /// default) for yes if <see cref="Endpoint"/> is given.</summary>
    public bool? UsePathStyle { get; init; }

    /// <summary>How long one request of up to 16 MiB may take in all; a larger one, in proportion to its size, more.
    /// When the time is over, the outcome of a put is unknown. 30 s by default.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long making a connection may take; 5 s by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most connections at one time; requests beyond wait. 128 by default.</summary>
    public int MaxConnections { get; init; } = 128;

    /// <summary>Uploads larger than this are sent in parts of this size, in bytes: 5 MiB to 1 GiB, 8 MiB by default. An
    /// upload has at most 10,000 parts.</summary>
    public int PartSizeBytes { get; init; } = 8 << 20;

    /// <summary>How many parts of one upload are sent at the same time, each from a buffer of its own; 4 by default.
    /// </summary>
    public int MaxParallelParts { get; init; } = 4;

    /// <summary>When the requests of an upload are sent again; <see cref="Tidepool.Storage.RetryPolicy.Default"/> by
    /// default. All other requests are sent once: wrap the store to repeat them.</summary>
    public RetryPolicy UploadRetry { get; init; } = RetryPolicy.Default;

    /// <summary>Whether the version tag of a conditional put is sent in quotes, as Amazon and the standard want it.
    /// True by default. Ceph's gateway takes it only without: there, a quoted one never matches.</summary>
    public bool QuoteETags { get; init; } = true;

    /// <summary>Everything but the secrets.</summary>
    public override string ToString() => $"{Endpoint?.ToString() ?? Region} {Bucket}/{KeyPrefix}";

    /// <summary>Throws <see cref="ArgumentException"/> if an option is missing or out of its range.</summary>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Bucket);
        ArgumentException.ThrowIfNullOrEmpty(Region);
        ArgumentNullException.ThrowIfNull(KeyPrefix);
        ArgumentNullException.ThrowIfNull(UploadRetry);
        if (string.IsNullOrEmpty(AccessKey) != string.IsNullOrEmpty(SecretKey))
        {
            throw new ArgumentException("Give AccessKey and SecretKey, or neither.", nameof(SecretKey));
        }

        if (SessionToken is not null && string.IsNullOrEmpty(AccessKey))
        {
            throw new ArgumentException("SessionToken needs AccessKey and SecretKey.", nameof(SessionToken));
        }

        if (Endpoint is not null && Endpoint.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"{Endpoint} must begin with http:// or https://.", nameof(Endpoint));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnections, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PartSizeBytes, 5 << 20);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PartSizeBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxParallelParts, 1);
        if (NormalizedPrefix() is { Length: > 0 } prefix)
        {
            ObjectKey.Validate(prefix[..^1]);
        }
    }

    /// <summary>The prefix as it stands before every key: empty, or ending in a slash.</summary>
    internal string NormalizedPrefix() =>
        KeyPrefix.Length == 0 || KeyPrefix.EndsWith('/') ? KeyPrefix : KeyPrefix + "/";
}
