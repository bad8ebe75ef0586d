using System.Diagnostics;
using System.Runtime.CompilerServices;
using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;
using Tidepool.Model;
using Tidepool.Querying;
using Tidepool.Segments;
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

            PinnedSnapshot pinned = pin.Result;
            if (pinned.Snapshot is { Segments.IsComplete: false })
            {
                return AwaitSearchAsync(new(pinned), vector, top, options, started, activity, cancellationToken);
            }

            SearchResults<Document> results = Search(pinned, vector, top, options, started, cancellationToken);
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
            ? await operation.RunAsync(FindInAnyAsync(snapshot, id, options, cancellationToken)).ConfigureAwait(false)
            : null;
    }

    internal async IAsyncEnumerable<Document> GetAsync(
        IEnumerable<DocumentId> ids,
        ReadOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using MeasuredOperation operation = Begin("get");
        using PinnedSnapshot pin = await operation
            .RunAsync(PinWithKeysAsync(options.Consistency, cancellationToken)).ConfigureAwait(false);
        if (pin.Snapshot is not { } snapshot)
        {
            yield break;
        }

        foreach (DocumentId id in ids)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Document? found = await operation.RunAsync(FindAsync(snapshot, id, options, cancellationToken))
                .ConfigureAwait(false);
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
        using PinnedSnapshot pin = await operation
            .RunAsync(snapshots.PinWholeAsync(options.Consistency, cancellationToken)).ConfigureAwait(false);
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
        ValueTask<PinnedSnapshot> pinning = filter is null
            ? snapshots.PinAsync(ReadConsistency.Strong, cancellationToken)
            : snapshots.PinWholeAsync(ReadConsistency.Strong, cancellationToken);
        using PinnedSnapshot pin = await operation.RunAsync(pinning).ConfigureAwait(false);
        if (pin.Snapshot is not { } snapshot)
        {
            return 0;
        }

        if (filter is null)
        {
            return snapshot.DocumentCount;
        }

        return operation.Run(
            static read => IdScan.Count(read.snapshot, FilterTranslator.Translate(read.filter, read.snapshot.Schema)),
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

    /// <summary>Finds a document in a state, or where a part of that is gone, in one of the newest manifest.</summary>
    private async ValueTask<Document?> FindInAnyAsync(
        Snapshot snapshot, DocumentId id, ReadOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(snapshot, id, options, cancellationToken).ConfigureAwait(false);
        }
        catch (MissingObjectException)
        {
            using PinnedSnapshot newer = await snapshots.PinWholeAsync(options.Consistency, cancellationToken)
                .ConfigureAwait(false);
            return newer.Snapshot is null ? null : Find(newer.Snapshot, id, options);
        }
    }

    private static async ValueTask<Document?> FindAsync(
        Snapshot snapshot, DocumentId id, ReadOptions options, CancellationToken cancellationToken)
    {
        if (snapshot.Segments.IsComplete)
        {
            return Find(snapshot, id, options);
        }

        try
        {
            return await PartialReads.RunAsync(
                snapshot.Segments,
                static read => Find(read.snapshot, read.id, read.options),
                (snapshot, id, options),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            PartialReads.CompleteInBackground(snapshot.Segments);
        }
    }

    private MeasuredOperation Begin(string operation) => new(services.Metrics, operation, services.Name);

    private ValueTask<PinnedSnapshot> PinAsync(
        MeasuredOperation operation, ReadConsistency consistency, CancellationToken cancellationToken) =>
        operation.RunAsync(snapshots.PinAsync(consistency, cancellationToken));

    /// <summary>Pins a state whose documents can be found by their ids.</summary>
    private async ValueTask<PinnedSnapshot> PinWithKeysAsync(
        ReadConsistency consistency, CancellationToken cancellationToken)
    {
        PinnedSnapshot pin = await snapshots.PinAsync(consistency, cancellationToken).ConfigureAwait(false);
        bool isHandedOut = false;
        try
        {
            await (pin.Snapshot?.Segments.FetchKeysAsync(cancellationToken) ?? Task.CompletedTask)
                .ConfigureAwait(false);
            isHandedOut = true;
            return pin;
        }
        catch (MissingObjectException)
        {
            return await snapshots.PinWholeAsync(consistency, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!isHandedOut)
            {
                pin.Dispose();
            }
        }
    }

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
            PinnedSnapshot pinned = await pin.ConfigureAwait(false);
            SearchResults<Document> results = pinned.Snapshot is { Segments.IsComplete: false }
                ? await SearchInPartsOrNewerAsync(pinned, vector, top, options, started, cancellationToken)
                    .ConfigureAwait(false)
                : Search(pinned, vector, top, options, started, cancellationToken);
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
            VectorQuery query = QueryPlanner.Plan(vector, top, options, GetSchema(pin), out VectorField? field);
            if (field is null || pin.Snapshot is not { } snapshot)
            {
                return MakeEmpty(started);
            }

            SearchOutcome outcome = executor.Search(snapshot, query, cancellationToken);
            ReadOnlySpan<Hit> hits = TakeHits(outcome.Hits.Hits, options, field.Metric);
            var results = new SearchResult<Document>[hits.Length];
            for (int i = 0; i < results.Length; i++)
            {
                results[i] = ReadHit(snapshot, hits[i], options, field.Metric);
            }

            return MakeResults(results, outcome, snapshot, field.Metric, pin.BytesFetched, started);
        }
    }

    /// <summary>Searches where some of the segments are there only in part; where one is gone, those of the newest
    /// manifest.</summary>
    private async Task<SearchResults<Document>> SearchInPartsOrNewerAsync(
        PinnedSnapshot pin,
        VectorValue vector,
        int top,
        SearchOptions options,
        long started,
        CancellationToken cancellationToken)
    {
        try
        {
            return await SearchInPartsAsync(pin, vector, top, options, started, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (MissingObjectException)
        {
            PinnedSnapshot newer = await snapshots.PinWholeAsync(options.Consistency, cancellationToken)
                .ConfigureAwait(false);
            return Search(newer, vector, top, options, started, cancellationToken);
        }
    }

    /// <summary>Searches where some of the segments are there only in part.</summary>
    private async Task<SearchResults<Document>> SearchInPartsAsync(
        PinnedSnapshot pin,
        VectorValue vector,
        int top,
        SearchOptions options,
        long started,
        CancellationToken cancellationToken)
    {
        using (pin)
        {
            VectorQuery query = QueryPlanner.Plan(vector, top, options, GetSchema(pin), out VectorField? field);
            if (field is null || pin.Snapshot is not { } snapshot)
            {
                return MakeEmpty(started);
            }

            long fetchedBefore = services.Cache!.GetStatistics().BytesFetched;
            (Hit[] found, SearchOutcome outcome) = await PartialReads
                .SearchAsync(executor, snapshot, query, options.IncludeAttributes, cancellationToken)
                .ConfigureAwait(false);
            Hit[] hits = TakeHits(found, options, field.Metric).ToArray();
            SearchResult<Document>[] results = await Task.WhenAll(hits.Select(hit => PartialReads.RunAsync(
                snapshot.Segments,
                static read => ReadHit(read.snapshot, read.hit, read.options, read.Metric),
                (snapshot, hit, options, field.Metric),
                cancellationToken).AsTask())).ConfigureAwait(false);
            long fetched = services.Cache.GetStatistics().BytesFetched - fetchedBefore;
            PartialReads.CompleteInBackground(snapshot.Segments);
            return MakeResults(results, outcome, snapshot, field.Metric, pin.BytesFetched + fetched, started);
        }
    }

    private static NamespaceSchema GetSchema(in PinnedSnapshot pin) => pin.Snapshot?.Schema ?? NamespaceSchema.Empty;

    private static SearchResults<Document> MakeEmpty(long started) => new(
        [], higherIsBetter: true, new QueryStatistics { Elapsed = Stopwatch.GetElapsedTime(started) });

    private SearchResults<Document> MakeResults(
        SearchResult<Document>[] results,
        in SearchOutcome outcome,
        Snapshot snapshot,
        DistanceMetric metric,
        long bytesFetched,
        long started)
    {
        if (outcome.Work.DamagedIndexes > 0)
        {
            snapshots.OnDamagedIndex(snapshot.Segments);
        }

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
            CacheHits = bytesFetched == 0 ? segmentCount : 0,
            BytesFetched = bytesFetched,
        };
        return new SearchResults<Document>(results, MetricMap.IsHigherBetter(metric), statistics);
    }

    private static ReadOnlySpan<Hit> TakeHits(ReadOnlySpan<Hit> found, SearchOptions options, DistanceMetric metric)
    {
        while (options.ScoreThreshold is { } threshold && found.Length > 0 &&
            !MetricMap.MeetsThreshold(metric, MetricMap.ToScore(metric, found[^1].Distance), threshold))
        {
            found = found[..^1]; // The bound in distances is a little wider than the threshold.
        }

        return found[Math.Min(options.Skip, found.Length)..];
    }

    private static SearchResult<Document> ReadHit(
        Snapshot snapshot, Hit hit, SearchOptions options, DistanceMetric metric) => new(
        Read(snapshot, hit.Source, hit.Ordinal, options), MetricMap.ToScore(metric, hit.Distance));
}
