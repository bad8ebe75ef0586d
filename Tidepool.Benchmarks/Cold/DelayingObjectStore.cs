using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Benchmarks.Cold;

/// <summary>Answers each request only after a delay, as a store over a network does, and counts how many requests
/// follow each other.</summary>
internal sealed class DelayingObjectStore(IObjectStore inner, TimeSpan delay) : IObjectStore
{
    private int _roundTrips;

    /// <summary>The length of the longest row of requests each of which was made after the one before it was
    /// answered.</summary>
    internal int RoundTrips => Volatile.Read(ref _roundTrips);

    public ObjectStoreSharing Sharing => ObjectStoreSharing.Network;

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default) =>
        DelayAsync(() => inner.GetAsync(key, range, cancellationToken), cancellationToken);

    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        DelayAsync(() => inner.ReadAsync(key, offset, destination, cancellationToken), cancellationToken);

    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default) =>
        DelayAsync(() => inner.PutAsync(key, content, condition, cancellationToken), cancellationToken);

    public ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default) =>
        DelayAsync(() => inner.UploadAsync(key, writeContent, cancellationToken), cancellationToken);

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
        DelayAsync(() => inner.DeleteAsync(keys, cancellationToken), cancellationToken);

    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default) =>
        DelayAsync(() => inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken), cancellationToken);

    private async ValueTask<TResult> DelayAsync<TResult>(
        Func<ValueTask<TResult>> request, CancellationToken cancellationToken)
    {
        int roundTrip = RoundTrips + 1;
        await Task.Delay(delay, cancellationToken);
        TResult result = await request();
        int longest = RoundTrips;
        while (longest < roundTrip)
        {
            longest = Interlocked.CompareExchange(ref _roundTrips, roundTrip, longest);
        }

        return result;
    }
}
