using System.Diagnostics;
using System.Text.Json.Nodes;
using Tidepool.Benchmarks.Ann;
using Tidepool.Benchmarks.Datasets;
using Tidepool.Benchmarks.Measuring;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.Metering;

namespace Tidepool.Benchmarks.Cold;

/// <summary>One run of `cold --database`: the first query on the database that `ann --database` kept, for one query
/// after the other, each as a process would ask it that has nothing of the database.</summary>
internal sealed class ColdSearchRun(string data, string database, int queryCount, TimeSpan latency, string? output)
{
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        VectorDataset dataset = VectorDataset.Read(data);
        AnnWorkload work = AnnWorkload.OfDataset(dataset, filter: null, queryCount);
        var stored = new FileObjectStore(Path.Combine(database, "store"));
        await SearchAllAsync(stored, work, TimeSpan.Zero, cancellationToken); // Compiles what the runs below use.
        ColdStart[] starts = await SearchAllAsync(stored, work, latency, cancellationToken);
        int[] roundTrips = [.. starts.Select(start => start.FirstQueryTrips).Order()];
        var latencies = new Latencies(starts.Select(start => start.FirstQuery));
        long[] found = [.. starts.SelectMany(start => start.Ids)];
        new ResultFile(output).Add(new JsonObject
        {
            ["kind"] = "cold",
            ["peer"] = "tidepool",
            ["dataset"] = dataset.Name,
            ["n"] = dataset.Vectors.Count,
            ["d"] = dataset.Vectors.Width,
            ["latency_ms"] = latency.TotalMilliseconds,
            ["queries"] = work.Queries.Length,
            ["recall_at_10"] = Math.Round(work.MeasureRecall(found), 5),
            ["round_trips_median"] = roundTrips[roundTrips.Length / 2],
            ["share_in_three_trips"] = Math.Round(
                (double)roundTrips.Count(trips => trips <= 3) / roundTrips.Length, 3),
            ["round_trips_most"] = roundTrips[^1],
            ["requests"] = Math.Round(starts.Average(start => start.Usage.Requests), 1),
            ["bytes_fetched"] = Math.Round(starts.Average(start => start.BytesFetched)),
            ["open_ms"] = Math.Round(starts.Average(start => start.Opened.TotalMilliseconds), 1),
            ["first_query_p50_ms"] = Math.Round(latencies.MedianMicroseconds / 1000, 1),
            ["first_query_p99_ms"] = Math.Round(latencies.P99Microseconds / 1000, 1),
        });
        return 0;
    }

    private static async Task<ColdStart[]> SearchAllAsync(
        FileObjectStore stored, AnnWorkload work, TimeSpan latency, CancellationToken cancellationToken)
    {
        var starts = new ColdStart[work.Queries.Length];
        for (int query = 0; query < starts.Length; query++)
        {
            starts[query] = await SearchAsync(stored, work.Queries[query], latency, cancellationToken);
        }

        return starts;
    }

    private static async Task<ColdStart> SearchAsync(
        FileObjectStore stored, ReadOnlyMemory<float> query, TimeSpan latency, CancellationToken cancellationToken)
    {
        string cache = Directory.CreateTempSubdirectory("tidepool-cold-").FullName;
        try
        {
            var delaying = new DelayingObjectStore(stored, latency);
            var metered = new MeteringObjectStore(delaying);
            var options = new TidepoolOptions { ReadOnly = true, Cache = { DiskDirectory = cache } };
            var search = new SearchOptions { IncludeAttributes = false };
            long started = Stopwatch.GetTimestamp();
            await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(
                metered, options, cancellationToken);
            TimeSpan opened = Stopwatch.GetElapsedTime(started);
            int openingTrips = delaying.RoundTrips;
            SearchResults<Document> found = await database.GetNamespace(AnnDatabase.Name).SearchAsync(
                query, AnnWorkload.Top, search, cancellationToken);
            return new ColdStart(
                opened,
                Stopwatch.GetElapsedTime(started),
                metered.GetUsage(),
                [.. found.Select(AnnWorkload.IdOf)],
                found.Statistics.BytesFetched,
                openingTrips,
                delaying.RoundTrips);
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }
    }
}
