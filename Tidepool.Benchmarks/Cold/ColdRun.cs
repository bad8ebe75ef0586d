using System.Diagnostics;
using System.Text.Json.Nodes;
using Tidepool.Benchmarks.Ann;
using Tidepool.Benchmarks.Measuring;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Storage.Metering;

namespace Tidepool.Benchmarks.Cold;

/// <summary>One run of `cold`: makes a namespace, then opens it as a process would that has nothing of it.</summary>
internal sealed class ColdRun(int documentCount, int dimensions, int tailEntries, TimeSpan latency, string? output)
{
    private const string Name = "documents";

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var random = new Random(20261122);
        var stored = new InMemoryObjectStore();
        await FillAsync(stored, random, cancellationToken);
        float[] query = MakeVector(random);

        await OpenAsync(stored, TimeSpan.Zero, query, cancellationToken); // Compiles what the runs below use.
        ColdStart start = await OpenAsync(stored, latency, query, cancellationToken);
        Report(start);
        return 0;
    }

    private static async Task<ColdStart> OpenAsync(
        InMemoryObjectStore stored, TimeSpan latency, float[] query, CancellationToken cancellationToken)
    {
        string cache = Directory.CreateTempSubdirectory("tidepool-cold-").FullName;
        try
        {
            var delaying = new DelayingObjectStore(stored, latency);
            var metered = new MeteringObjectStore(delaying);
            var options = new TidepoolOptions { ReadOnly = true, Cache = { DiskDirectory = cache } };
            long started = Stopwatch.GetTimestamp();
            await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(
                metered, options, cancellationToken);
            TimeSpan opened = Stopwatch.GetElapsedTime(started);
            int openingTrips = delaying.RoundTrips;
            SearchResults<Document> found = await database.GetNamespace(Name).SearchAsync(
                query, top: 10, cancellationToken: cancellationToken);
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

    private void Report(ColdStart start) => new ResultFile(output).Add(new JsonObject
    {
        ["kind"] = "cold",
        ["peer"] = "tidepool",
        ["n"] = documentCount,
        ["d"] = dimensions,
        ["tail_entries"] = tailEntries,
        ["latency_ms"] = latency.TotalMilliseconds,
        ["round_trips"] = start.RoundTrips,
        ["requests"] = start.Usage.Requests,
        ["bytes"] = start.Usage.Get.Bytes,
        ["open_ms"] = Math.Round(start.Opened.TotalMilliseconds, 1),
        ["first_answer_ms"] = Math.Round(start.Answered.TotalMilliseconds, 1),
        ["hits"] = start.Ids.Length,
    });

    private async Task FillAsync(InMemoryObjectStore store, Random random, CancellationToken cancellationToken)
    {
        await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(
            store, new TidepoolOptions { Compaction = { Enabled = false } }, cancellationToken);
        TidepoolNamespace documents = database.GetNamespace(Name);
        foreach (int[] ids in Enumerable.Range(0, documentCount).Chunk(1000))
        {
            await documents.UpsertAsync(ids.Select(MakeDocument), cancellationToken: cancellationToken);
        }

        await documents.CompactAsync(cancellationToken: cancellationToken);
        for (int entry = 0; entry < tailEntries; entry++)
        {
            await documents.UpsertAsync(MakeDocument(documentCount + entry), cancellationToken: cancellationToken);
        }

        Document MakeDocument(int id) => new(id) { Vector = MakeVector(random), ["year"] = 1990 + (id % 37) };
    }

    private float[] MakeVector(Random random) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => (float)random.NextDouble() - 0.5f)];
}
