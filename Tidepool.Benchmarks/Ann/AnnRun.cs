using System.Diagnostics;
using System.Text.Json.Nodes;
using Tidepool.Benchmarks.Datasets;
using Tidepool.Benchmarks.Kernels;
using Tidepool.Benchmarks.Measuring;

namespace Tidepool.Benchmarks.Ann;

/// <summary>One run of `ann`: loads a data set, or opens one that was, and searches it in several ways.</summary>
internal sealed class AnnRun(AnnSettings settings)
{
    /// <summary>A recall from which on a sweep can gain nothing more.</summary>
    private const double Saturated = 0.9985;

    private const int ComparedRounds = 31;

    private readonly ResultFile _results = new(settings.Output);

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        VectorDataset data = VectorDataset.Read(settings.Data);
        var ranks = new Lazy<SpreadRanks>(() => new SpreadRanks(data.Vectors, unit: IsCosine));
        double residentBefore = ProcessFigures.ResidentMegabytes;
        await using AnnDatabase database = await AnnDatabase.OpenAsync(
            settings, data, () => ranks.Value, cancellationToken);
        foreach (AnnFilter? filter in settings.Filters.DefaultIfEmpty())
        {
            AnnWorkload work = filter is { IsCorrelated: true }
                ? await AnnWorkload.OfCorrelatedAsync(
                    data, ranks.Value, filter, settings.Queries, database.Vectors, cancellationToken)
                : AnnWorkload.OfDataset(data, filter, settings.Queries);
            await MeasureAsync(data, work, database, residentBefore, cancellationToken);
        }

        return 0;
    }

    private async Task MeasureAsync(
        VectorDataset data,
        AnnWorkload work,
        AnnDatabase database,
        double residentBefore,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<AnnSearch> searches = AnnSearch.Choose(settings);
        await AnnWarmUp.RunAsync(work, [.. searches.Select(search => Searcher(Options(work, search)))]);
        foreach (AnnSearch search in searches)
        {
            SearchOptions options = Options(work, search);
            AnnPass best = await AnnPass.BestAsync(work, settings.Threads, Searcher(options));
            JsonObject point = Describe(data, work, search, best, database.Figures, residentBefore);
            if (work.Filter is null && settings.Threads == 1 && options.Effort == SearchEffort.Exact)
            {
                await CompareWithStreamAsync(data, work, Searcher(options), point);
            }

            _results.Add(point);
            if (search.IsSwept && best.Recall > Saturated)
            {
                break;
            }
        }

        Func<ReadOnlyMemory<float>, Task<SearchResults<Document>>> Searcher(SearchOptions options) =>
            query => database.Vectors.SearchAsync(query, AnnWorkload.Top, options, cancellationToken);
    }

    private bool IsCosine => settings.Metric == DistanceMetric.CosineSimilarity;

    private SearchOptions Options(AnnWorkload work, AnnSearch search)
    {
        var options = new SearchOptions
        {
            IncludeAttributes = false,
            Consistency = settings.Consistency,
            Filter = work.Filter?.Condition,
        };
        search.Apply(options);
        return options;
    }

    private JsonObject Describe(
        VectorDataset data,
        AnnWorkload work,
        AnnSearch search,
        AnnPass best,
        JsonObject figures,
        double residentBefore)
    {
        double residentBytes = (ProcessFigures.ResidentMegabytes - residentBefore) * 1048576;
        var point = new JsonObject
        {
            ["peer"] = "tidepool",
            ["dataset"] = data.Name,
            ["n"] = data.Vectors.Count,
            ["d"] = data.Vectors.Width,
            ["store"] = settings.Database is null && settings.Store is "memory" or "s3" ? settings.Store : "files",
            ["index"] = settings.IndexKind.ToString().ToLowerInvariant(),
            ["quantization"] = settings.Quantization.ToString().ToLowerInvariant(),
            ["consistency"] = settings.Consistency.ToString().ToLowerInvariant(),
            ["effort"] = search.Effort,
            ["parameters"] = search.Parameters,
            ["filter"] = work.Filter?.ToString() ?? "",
            ["plan"] = best.Plan,
            ["threads"] = settings.Threads,
            ["queries"] = work.Queries.Length,
            ["recall_at_10"] = Math.Round(best.Recall, 5),
            ["qps"] = Math.Round(best.QueriesPerSecond, 1),
            ["qps_cpu"] = Math.Round(best.QueriesPerCpuSecond, 1),
            ["p50_us"] = best.Latencies.MedianMicroseconds,
            ["p99_us"] = best.Latencies.P99Microseconds,
            ["coarse_scored"] = Math.Round(best.CoarseScored, 1),
            ["fine_scored"] = Math.Round(best.FineScored, 1),
            ["exact_scored"] = Math.Round(best.ExactScored, 1),
            ["cells_probed"] = Math.Round(best.CellsProbed, 1),
            ["nodes_visited"] = Math.Round(best.NodesVisited, 1),
            ["resident_bytes_per_vector"] = Math.Round(Math.Max(0, residentBytes) / data.Vectors.Count, 1),
            ["peak_rss_mb"] = Math.Round(ProcessFigures.PeakMegabytes, 1),
        };
        foreach ((string name, JsonNode? value) in figures)
        {
            point[name] = value?.DeepClone();
        }

        return point;
    }

    /// <summary>Sets the exact scan against reading the same bytes once and doing nothing else, in turns.</summary>
    private static async Task CompareWithStreamAsync(
        VectorDataset data,
        AnnWorkload work,
        Func<ReadOnlyMemory<float>, Task<SearchResults<Document>>> search,
        JsonObject point)
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
            await search(work.Queries[round % work.Queries.Length]);
            searches[round] = Stopwatch.GetElapsedTime(started);
        }

        GC.KeepAlive(sum);
        double stream = new Latencies(streams).MedianMicroseconds;
        point["stream_us"] = stream;
        point["search_over_stream"] = Math.Round(new Latencies(searches).MedianMicroseconds / stream, 3);
    }
}
