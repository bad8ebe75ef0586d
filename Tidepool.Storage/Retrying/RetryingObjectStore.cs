using System.Buffers;
using System.Security.Cryptography;

namespace Tidepool.Storage.Retrying;

/// <summary>Sends a request again, with the same key and the same bytes, when the store fails in a way that may
/// pass.</summary>
/// <remarks>
/// <para>A put whose answer was lost may have been applied, and then meets itself when it is sent again: see
/// <see cref="PutResult.EarlierAttemptInDoubt"/>. A put that ends in an exception after such an attempt throws a
/// transient <see cref="StorageException"/>, whatever the last attempt threw, for its outcome is unknown.</para>
/// <para>Uploads are passed on as they are, since their content can be written once only; the S3 store repeats their
/// parts itself.</para>
/// <para>Cancellation ends the waiting at once. All members may be called at any time by any thread. Does not dispose
/// the store it wraps.</para>
/// </remarks>
public sealed class RetryingObjectStore : IObjectStore, ILocalObjects
{
    private readonly IObjectStore _inner;
    private readonly RetryPolicy _policy;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private long _retryCount;

    /// <summary>Wraps a store.</summary>
    /// <param name="inner">The store to call.</param>
    /// <param name="policy">When to try again; <see cref="RetryPolicy.Default"/> by default.</param>
    /// <param name="timeProvider">What delays are measured with; the system's clock by default.</param>
    /// <param name="seed">Where the jitter's random numbers start; null for a different place each time.</param>
    public RetryingObjectStore(
        IObjectStore inner, RetryPolicy? policy = null, TimeProvider? timeProvider = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _policy = policy ?? RetryPolicy.Default;
        _time = timeProvider ?? TimeProvider.System;
        _random = new Random(seed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
    }

    /// <inheritdoc/>
    public ObjectStoreSharing Sharing => _inner.Sharing;

    /// <summary>How many attempts were made after a first one, of all requests so far.</summary>
    public long RetryCount => Interlocked.Read(ref _retryCount);

    /// <inheritdoc/>
    public string? GetLocalPath(string key) => (_inner as ILocalObjects)?.GetLocalPath(key);

    /// <inheritdoc/>
    public async ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default)
    {
        var attempts = new Attempts(_time.GetTimestamp());
        while (true)
        {
            try
            {
                return await _inner.GetAsync(key, range, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (TryPlan(ref attempts, error))
            {
                await Task.Delay(attempts.Delay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        var attempts = new Attempts(_time.GetTimestamp());
        while (true)
        {
            try
            {
                return await _inner.ReadAsync(key, offset, destination, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (TryPlan(ref attempts, error))
            {
                await Task.Delay(attempts.Delay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        var attempts = new Attempts(_time.GetTimestamp());
        while (true)
        {
            try
            {
                PutResult result =
                    await _inner.PutAsync(key, content, condition, cancellationToken).ConfigureAwait(false);
                return result with { EarlierAttemptInDoubt = result.EarlierAttemptInDoubt || attempts.Failed > 0 };
            }
            catch (StorageException error) when (TryPlan(ref attempts, error))
            {
                await Task.Delay(attempts.Delay, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (attempts.Failed > 0 && !error.IsTransient)
            {
                string message = $"{key}: an earlier attempt may have been applied. The last failed: {error.Message}";
                throw new StorageException(message, isTransient: true, error) { Operation = "put" };
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default) =>
        _inner.UploadAsync(key, writeContent, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        var attempts = new Attempts(_time.GetTimestamp());
        while (true)
        {
            try
            {
                return await _inner.DeleteAsync(keys, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (TryPlan(ref attempts, error))
            {
                await Task.Delay(attempts.Delay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        var attempts = new Attempts(_time.GetTimestamp());
        while (true)
        {
            try
            {
                return await _inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (TryPlan(ref attempts, error))
            {
                await Task.Delay(attempts.Delay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether to try again after a failure; if so, counts it and sets the delay. Called once per failure.
    /// </summary>
    private bool TryPlan(ref Attempts attempts, StorageException error)
    {
        double random;
        lock (_random)
        {
            random = _random.NextDouble();
        }

        TimeSpan elapsed = _time.GetElapsedTime(attempts.Start);
        if (_policy.GetDelay(attempts.Failed + 1, elapsed, error, random) is not TimeSpan delay)
        {
            return false;
        }

        attempts = attempts with { Failed = attempts.Failed + 1, Delay = delay };
        Interlocked.Increment(ref _retryCount);
        return true;
    }

    /// <summary>The attempts of one request: when the first began, how many were followed by another.</summary>
    private readonly record struct Attempts(long Start)
    {
        internal int Failed { get; init; }

        internal TimeSpan Delay { get; init; }
    }
}
