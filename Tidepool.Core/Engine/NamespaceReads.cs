using System.Diagnostics;
using System.Runtime.CompilerServices;
using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;
using Tidepool.Model;
using Tidepool.Querying;
using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>The reads of a namespace: each pins a snapshot that is as fresh as asked, and computes on it.</summary>
/// <remarks>Where the store answers at once, a read completes on the calling thread without waiting.</remarks>
internal sealed class NamespaceReads(
    ISnapshotSource snapshots, QueryExecutor executor, NamespaceServices services)
{
    private static readonly SearchOptions s_defaultOptions = new();

    internal Task<SearchResults<Document>> SearchAsync(
        VectorValue vector, int top, SearchOptions? options, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        options ??= s_defaultOptions;
        Activity? activity = services.Metrics.StartOperation("search", services.Name);
        try
        {
            ValueTask<PinnedSnapshot> pin = snapshots.PinAsync(options.Consistency, cancellationToken);
            if (!pin.IsCompletedSuccessfully)
            {
                return AwaitSearchAsync(pin, vector, top, options, started, activity, cancellationToken);
            }

            SearchResults<Document> results = Search(pin.Result, vector, top, options, started, cancellationToken);
            services.Metrics.EndOperation(activity, "search", services.Name, started);
            return Task.FromResult(results);
        }
        catch (Exception exception)
        {
            return Task.FromException<SearchResults<Document>>(Fail(exception, activity, started));
        }
    }

    internal async Task<Document?> GetAsync(DocumentId id, ReadOptions options, CancellationToken cancellationToken)
    {
        using MeasuredOperation operation = Begin("get");
        using PinnedSnapshot pin = await PinAsync(operation, options.Consistency, cancellationToken)
            .ConfigureAwait(false);
        return pin.Snapshot is { } snapshot
            ? operation.Run(static read => Find(read.snapshot, read.id, read.options), (snapshot, id, options))
            : null;
    }

    internal async IAsyncEnumerable<Document> GetAsync(
        IEnumerable<DocumentId> ids,
        ReadOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using MeasuredOperation operation = Begin("get");
        using PinnedSnapshot pin = await PinAsync(operation, options.Consistency, cancellationToken)
            .ConfigureAwait(false);
        if (pin.Snapshot is not { } snapshot)
        {
            yield break;
        }

        foreach (DocumentId id in ids)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Document? found =
                operation.Run(static read => Find(read.snapshot, read.id, read.options), (snapshot, id, options));
            if (found is not null)
            {
                yield return found;
            }
        }
    }

    internal async IAsyncEnumerable<Document> ScanAsync(
        Filter? filter, ScanOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using MeasuredOperation operation = Begin("scan");
        using PinnedSnapshot pin = await PinAsync(operation, options.Consistency, cancellationToken)
            .ConfigureAwait(false);
        if (pin.Snapshot is not { } snapshot)
        {
            yield break;
        }

        RowLocation[] rows = operation.Run(
            static read => FindRows(read.snapshot, read.filter, read.options), (snapshot, filter, options));
        foreach (RowLocation row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return operation.Run(
                static read => Read(read.snapshot, read.row.Source, read.row.Ordinal, read.options),
                (snapshot, row, options));
        }
    }

    internal async Task<long> CountAsync(Filter? filter, CancellationToken cancellationToken)
    {
        using MeasuredOperation operation = Begin("count");
        using PinnedSnapshot pin = await PinAsync(operation, ReadConsistency.Strong, cancellationToken)
            .ConfigureAwait(false);
        if (pin.Snapshot is not { } snapshot)
        {
            return 0;
        }

        return filter is null
            ? snapshot.DocumentCount
            : operation.Run(
                static read => IdScan.Count(
                    read.snapshot, FilterTranslator.Translate(read.filter, read.snapshot.Schema)),
                (snapshot, filter));
    }

    private static RowLocation[] FindRows(Snapshot snapshot, Filter? filter, ScanOptions options)
    {
        Predicate? predicate = filter is null ? null : FilterTranslator.Translate(filter, snapshot.Schema);
        Span<byte> scratch = stackalloc byte[DocumentIdCodec.MaxTextSizeBytes];
        DocumentKey after = options.After is { } id ? DocumentIdCodec.ToKey(id, scratch) : default;
        return IdScan.Find(snapshot, predicate, after, options.After is not null, options.Limit ?? int.MaxValue);
    }

    private static Document? Find(Snapshot snapshot, DocumentId id, ReadOptions options)
    {
        Span<byte> scratch = stackalloc byte[DocumentIdCodec.MaxTextSizeBytes];
        return snapshot.TryFind(DocumentIdCodec.ToKey(id, scratch), out int source, out int ordinal)
            ? Read(snapshot, source, ordinal, options)
            : null;
    }

    private static Document Read(Snapshot snapshot, int source, int ordinal, ReadOptions options) =>
        DocumentReader.Read(
            snapshot.Sources[source].Rows,
            ordinal,
            snapshot.Schema,
            options.IncludeVectors,
            options.IncludeAttributes);

    private MeasuredOperation Begin(string operation) => new(services.Metrics, operation, services.Name);

    private ValueTask<PinnedSnapshot> PinAsync(
        MeasuredOperation operation, ReadConsistency consistency, CancellationToken cancellationToken) =>
        operation.RunAsync(snapshots.PinAsync(consistency, cancellationToken));

    private async Task<SearchResults<Document>> AwaitSearchAsync(
        ValueTask<PinnedSnapshot> pin,
        VectorValue vector,
        int top,
        SearchOptions options,
        long started,
        Activity? activity,
        CancellationToken cancellationToken)
    {
        try
        {
            SearchResults<Document> results = Search(
                await pin.ConfigureAwait(false), vector, top, options, started, cancellationToken);
            services.Metrics.EndOperation(activity, "search", services.Name, started);
            return results;
        }
        catch (Exception exception)
        {
            Exception failure = Fail(exception, activity, started);
            if (ReferenceEquals(failure, exception))
            {
                throw;
            }

            throw failure;
        }
    }

    private Exception Fail(Exception exception, Activity? activity, long started)
    {
        Exception failure = FaultTranslation.Translate(exception);
        services.Metrics.EndOperation(activity, "search", services.Name, started, failure);
        return failure;
    }

    private SearchResults<Document> Search(
        PinnedSnapshot pin,
        VectorValue vector,
        int top,
        SearchOptions options,
        long started,
        CancellationToken cancellationToken)
    {
        using (pin)
        {
            NamespaceSchema schema = pin.Snapshot?.Schema ?? NamespaceSchema.Empty;
            VectorQuery query = QueryPlanner.Plan(vector, top, options, schema, out VectorField? field);
            if (field is null || pin.Snapshot is not { } snapshot)
            {
                return new SearchResults<Document>(
                    [], higherIsBetter: true, new QueryStatistics { Elapsed = Stopwatch.GetElapsedTime(started) });
            }

            SearchOutcome outcome = executor.Search(snapshot, query, cancellationToken);
            if (outcome.Work.DamagedIndexes > 0)
            {
                snapshots.OnDamagedIndex(snapshot.Segments);
            }

            SearchResult<Document>[] results = ReadHits(snapshot, outcome.Hits, options, field.Metric);
            int segmentCount = snapshot.Sources.Length - snapshot.Chunks.Length;
            var statistics = new QueryStatistics
            {
                Elapsed = Stopwatch.GetElapsedTime(started),
                Work = outcome.Work,
                VectorsScored = outcome.Work.VectorsScored,
                CoarseScored = outcome.Work.CoarseScored,
                FineScored = outcome.Work.FineScored,
                ExactScored = outcome.Work.ExactScored,
                CellsProbed = outcome.Work.CellsProbed,
                NodesVisited = outcome.Work.NodesVisited,
                UnindexedScanned = outcome.UnindexedScanned,
                SegmentsRead = segmentCount,
                CacheHits = pin.BytesFetched == 0 ? segmentCount : 0,
                BytesFetched = pin.BytesFetched,
            };
            return new SearchResults<Document>(results, MetricMap.IsHigherBetter(field.Metric), statistics);
        }
    }

    private static SearchResult<Document>[] ReadHits(
        Snapshot snapshot, HitList hits, SearchOptions options, DistanceMetric metric)
    {
        ReadOnlySpan<Hit> found = hits.Hits;
        while (options.ScoreThreshold is { } threshold && found.Length > 0 &&
            !MetricMap.MeetsThreshold(metric, MetricMap.ToScore(metric, found[^1].Distance), threshold))
        {
            found = found[..^1]; // The bound in distances is a little wider than the threshold.
        }

        found = found[Math.Min(options.Skip, found.Length)..];
        var results = new SearchResult<Document>[found.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = new SearchResult<Document>(
                Read(snapshot, found[i].Source, found[i].Ordinal, options),
                MetricMap.ToScore(metric, found[i].Distance));
        }

        return results;
    }
}
