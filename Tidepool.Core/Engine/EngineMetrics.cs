using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tidepool.Segments;

namespace Tidepool.Engine;

/// <summary>The database's instruments and spans, under OpenTelemetry's names for databases where it has
/// some.</summary>
/// <remarks>Costs next to nothing while nobody listens. Thread-safe.</remarks>
internal sealed class EngineMetrics : IDisposable
{
    private static readonly ActivitySource s_activities = new(TidepoolTelemetry.ActivitySourceName);

    private readonly Meter _meter;
    private readonly Meter? _ownMeter;
    private readonly string _database;
    private readonly Histogram<double> _operations;
    private readonly Histogram<double> _storeRequests;
    private readonly Counter<long> _storeBytes;
    private readonly Histogram<double> _jobs;

    internal EngineMetrics(string database, IMeterFactory? factory)
    {
        _database = database;
        Meter meter = factory?.Create(TidepoolTelemetry.MeterName) ?? new Meter(TidepoolTelemetry.MeterName);
        _meter = meter;
        _ownMeter = factory is null ? meter : null;
        _operations = meter.CreateHistogram<double>(
            "db.client.operation.duration", "s", "Duration of reads and writes.");
        _storeRequests = meter.CreateHistogram<double>(
            "tidepool.store.request.duration", "s", "Duration of requests to the object store.");
        _storeBytes = meter.CreateCounter<long>(
            "tidepool.store.request.bytes", "By", "Bytes sent to and received from the object store.");
        _jobs = meter.CreateHistogram<double>(
            "tidepool.job.duration", "s", "Duration of flushes, compactions and collections.");
    }

    internal bool MeasuresStore => _storeRequests.Enabled || _storeBytes.Enabled;

    /// <summary>Begins a span for an operation on a namespace; null while nobody listens.</summary>
    internal Activity? StartOperation(string operation, string @namespace)
    {
        if (!s_activities.HasListeners())
        {
            return null;
        }

        Activity? activity = s_activities.StartActivity($"{operation} {@namespace}", ActivityKind.Client);
        activity?.SetTag("db.system.name", "tidepool");
        activity?.SetTag("db.namespace", _database);
        activity?.SetTag("db.collection.name", @namespace);
        activity?.SetTag("db.operation.name", operation);
        return activity;
    }

    internal void EndOperation(
        Activity? activity, string operation, string @namespace, long startedTimestamp, Exception? failure = null)
    {
        if (failure is not null)
        {
            activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
            activity?.SetTag("error.type", failure.GetType().FullName);
        }

        activity?.Dispose();
        if (!_operations.Enabled)
        {
            return;
        }

        var tags = new TagList
        {
            { "db.system.name", "tidepool" },
            { "db.namespace", _database },
            { "db.collection.name", @namespace },
            { "db.operation.name", operation },
        };
        if (failure is not null)
        {
            tags.Add("error.type", failure.GetType().FullName);
        }

        _operations.Record(Stopwatch.GetElapsedTime(startedTimestamp).TotalSeconds, tags);
    }

    internal void StoreRequest(string operation, string outcome, long bytes, long startedTimestamp)
    {
        var operationTag = new KeyValuePair<string, object?>("tidepool.store.operation", operation);
        _storeRequests.Record(
            Stopwatch.GetElapsedTime(startedTimestamp).TotalSeconds,
            operationTag,
            new KeyValuePair<string, object?>("tidepool.store.outcome", outcome));
        _storeBytes.Add(bytes, operationTag);
    }

    internal void Job(string job, string @namespace, string outcome, TimeSpan elapsed) => _jobs.Record(
        elapsed.TotalSeconds,
        new KeyValuePair<string, object?>("tidepool.job", job),
        new KeyValuePair<string, object?>("db.collection.name", @namespace),
        new KeyValuePair<string, object?>("tidepool.job.outcome", outcome));

    /// <summary>Reports what a cache counts, whenever somebody collects it.</summary>
    internal void ObserveCache(Func<SegmentCacheStatistics> statistics)
    {
        _meter.CreateObservableCounter(
            "tidepool.cache.requests",
            () =>
            {
                SegmentCacheStatistics now = statistics();
                return (Measurement<long>[])
                [
                    new(now.Hits, new KeyValuePair<string, object?>("tidepool.cache.hit", true)),
                    new(now.Misses, new KeyValuePair<string, object?>("tidepool.cache.hit", false)),
                ];
            },
            "{request}",
            "Segments asked of the disk cache, by whether they were there.");
        _meter.CreateObservableCounter(
            "tidepool.cache.fetched", () => statistics().BytesFetched, "By", "Bytes that the disk cache fetched.");
    }

    public void Dispose() => _ownMeter?.Dispose();
}
