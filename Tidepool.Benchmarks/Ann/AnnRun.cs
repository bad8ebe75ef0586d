using System.Diagnostics;
using System.Text.Json.Nodes;
using Tidepool.Benchmarks.Datasets;
using Tidepool.Benchmarks.Kernels;
using Tidepool.Benchmarks.Measuring;
using Tidepool.Storage;

namespace Tidepool.Benchmarks.Ann;

/// <summary>One run of `ann`: loads a data set, then searches it.</summary>
internal sealed class AnnRun(AnnSettings settings)
{
    private const int Top = 10;
    private const int MaxPasses = 3;
    private const int ComparedRounds = 31;
    private static readonly TimeSpan s_longPass = TimeSpan.FromSeconds(4);

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var results = new ResultFile(settings.Output);
        VectorDataset data = VectorDataset.Read(settings.Data, settings.FilterBelow);
        int queryCount = Math.Min(settings.Queries ?? int.MaxValue, data.Queries.Count);
        double residentBefore = ProcessFigures.PrivateMegabytes;
        IObjectStore store = BenchmarkStore.Open(settings.Store);
        await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(
            store, cancellationToken: cancellationToken);
        TidepoolNamespace vectors = database.GetNamespace("vectors", new NamespaceOptions
        {
            Vectors = { new VectorFieldOptions(data.Vectors.Width) { Metric = Metric } },
        });

        JsonObject point = await LoadAsync(data, vectors, residentBefore, cancellationToken);
        Func<int, Task<SearchResults<Document>>> search = query => vectors.SearchAsync(
            data.Queries[query], Top, SearchOptions, cancellationToken);
        for (int query = 0; query < Math.Min(queryCount, 50); query++)
        {
            await search(query);
        }

        AnnPass best = await MeasureAsync(data, queryCount, search);
        point["recall_at_10"] = Math.Round(best.Recall, 5);
        point["qps"] = Math.Round(best.QueriesPerSecond, 1);
        point["p50_us"] = best.Latencies.MedianMicroseconds;
        point["p99_us"] = best.Latencies.P99Microseconds;
        if (settings.FilterBelow is null && settings.Threads == 1)
        {
            await CompareWithStreamAsync(data, search, point);
        }

        point["peak_rss_mb"] = Math.Round(ProcessFigures.PeakMegabytes, 1);
        results.Add(point);
        return 0;
    }

    private DistanceMetric Metric => settings.Metric switch
    {
        "cosine" => DistanceMetric.CosineSimilarity,
        "ip" => DistanceMetric.DotProductSimilarity,
        _ => DistanceMetric.EuclideanSquaredDistance,
    };

    private SearchOptions SearchOptions => new()
    {
        IncludeAttributes = false,
        Filter = settings.FilterBelow is { } limit ? Filter.Field("attr") < limit : null,
    };

    private async Task<JsonObject> LoadAsync(
        VectorDataset data, TidepoolNamespace vectors, double residentBefore, CancellationToken cancellationToken)
    {
        double cpuBefore = ProcessFigures.CpuSeconds;
        long started = Stopwatch.GetTimestamp();
        await vectors.ImportAsync(
            Documents(data), new ImportOptions { BatchSize = settings.Batch }, cancellationToken: cancellationToken);
        TimeSpan ingest = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        await vectors.WaitForIndexingAsync(cancellationToken);
        await vectors.CompactAsync(cancellationToken: cancellationToken);
        TimeSpan build = Stopwatch.GetElapsedTime(started);
        double buildCpu = ProcessFigures.CpuSeconds - cpuBefore;
        NamespaceStatistics statistics = await vectors.GetStatisticsAsync(cancellationToken);
        double residentBytes = (ProcessFigures.PrivateMegabytes - residentBefore) * 1048576;
        return new JsonObject
        {
            ["peer"] = "tidepool",
            ["dataset"] = data.Name,
            ["n"] = data.Vectors.Count,
            ["d"] = data.Vectors.Width,
            ["store"] = settings.Store == "memory" ? "memory" : "files",
            ["index"] = settings.Index,
            ["effort"] = "exact",
            ["parameters"] = settings.FilterBelow is { } limit ? $"attr<{limit}" : "",
            ["threads"] = settings.Threads,
            ["batch"] = settings.Batch,
            ["ingest_docs_per_s"] = Math.Round(data.Vectors.Count / ingest.TotalSeconds),
            ["build_s"] = Math.Round((ingest + build).TotalSeconds, 3),
            ["build_cpu_s"] = Math.Round(buildCpu, 3),
            ["segments"] = statistics.Segments,
            ["stored_bytes_per_vector"] = Math.Round((double)statistics.StoredBytes / data.Vectors.Count, 1),
            ["resident_bytes_per_vector"] = Math.Round(Math.Max(0, residentBytes) / data.Vectors.Count, 1),
        };
    }

    private static async IAsyncEnumerable<Document> Documents(VectorDataset data)
    {
        await Task.CompletedTask;
        for (int row = 0; row < data.Vectors.Count; row++)
        {
            var document = new Document(row) { Vector = data.Vectors[row] };
            if (data.Attribute is { } attribute)
            {
                document["attr"] = attribute[row];
            }

            yield return document;
        }
    }

    /// <summary>Sets the exact scan against reading the same bytes once and doing nothing else, in turns.</summary>
    private static async Task CompareWithStreamAsync(
        VectorDataset data, Func<int, Task<SearchResults<Document>>> search, JsonObject point)
    {
        var streams = new TimeSpan[ComparedRounds];
        var searches = new TimeSpan[ComparedRounds];
        float sum = 0;
        for (int round = 0; round < ComparedRounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            sum += StreamingRead.Sum(data.Vectors.Values);
            streams[round] = Stopwatch.GetElapsedTime(started);
            started = Stopwatch.GetTimestamp();
            await search(round % data.Queries.Count);
            searches[round] = Stopwatch.GetElapsedTime(started);
        }

        GC.KeepAlive(sum);
        double stream = new Latencies(streams).MedianMicroseconds;
        point["stream_us"] = stream;
        point["search_over_stream"] = Math.Round(new Latencies(searches).MedianMicroseconds / stream, 3);
    }

    /// <summary>The fastest of up to three passes over the queries.</summary>
    private async Task<AnnPass> MeasureAsync(
        VectorDataset data, int queryCount, Func<int, Task<SearchResults<Document>>> search)
    {
        AnnPass? best = null;
        for (int pass = 0; pass < MaxPasses; pass++)
        {
            AnnPass measured = await AnnPass.RunAsync(data.Truth, queryCount, settings.Threads, Top, search);
            best = best is null || measured.Elapsed < best.Elapsed ? measured : best;
            if (measured.Elapsed > s_longPass)
            {
                break;
            }
        }

        return best!;
    }
}
