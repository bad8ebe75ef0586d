using System.Buffers;
using System.Diagnostics;
using Tidepool.Storage;

namespace Tidepool.Engine;

/// <summary>Measures each request to the store while anybody listens; otherwise passes it straight on.</summary>
internal sealed class InstrumentedObjectStore(IObjectStore inner, EngineMetrics metrics) : IObjectStore, ILocalObjects
{
    public ObjectStoreSharing Sharing => inner.Sharing;

    public string? GetLocalPath(string key) => (inner as ILocalObjects)?.GetLocalPath(key);

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        ValueTask<GetResult> request = inner.GetAsync(key, range, cancellationToken);
        return metrics.MeasuresStore
            ? MeasureAsync("get", started, request, result => (result.Found ? "found" : "missing", result.Data.Length))
            : request;
    }

    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        ValueTask<ReadResult> request = inner.ReadAsync(key, offset, destination, cancellationToken);
        return metrics.MeasuresStore
            ? MeasureAsync("get", started, request, result => (result.Found ? "found" : "missing", result.BytesRead))
            : request;
    }

    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        long bytes = content.Length;
        long started = Stopwatch.GetTimestamp();
        ValueTask<PutResult> request = inner.PutAsync(key, content, condition, cancellationToken);
        return metrics.MeasuresStore
            ? MeasureAsync("put", started, request, result => (result.Succeeded ? "stored" : "refused", bytes))
            : request;
    }

    public ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        ValueTask<PutResult> request = inner.UploadAsync(key, writeContent, cancellationToken);
        return metrics.MeasuresStore ? MeasureAsync("upload", started, request, _ => ("stored", 0)) : request;
    }

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        ValueTask<DateTimeOffset?> request = inner.DeleteAsync(keys, cancellationToken);
        return metrics.MeasuresStore ? MeasureAsync("delete", started, request, _ => ("deleted", 0)) : request;
    }

    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        ValueTask<ObjectListing> request = inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken);
        return metrics.MeasuresStore ? MeasureAsync("list", started, request, _ => ("listed", 0)) : request;
    }

    private async ValueTask<TResult> MeasureAsync<TResult>(
        string operation,
        long started,
        ValueTask<TResult> request,
        Func<TResult, (string Outcome, long Bytes)> describe)
    {
        try
        {
            TResult result = await request.ConfigureAwait(false);
            (string outcome, long bytes) = describe(result);
            metrics.StoreRequest(operation, outcome, bytes, started);
            return result;
        }
        catch (Exception)
        {
            metrics.StoreRequest(operation, "failed", 0, started);
            throw;
        }
    }
}
