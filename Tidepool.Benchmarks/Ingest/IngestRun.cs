using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tidepool.Benchmarks.Measuring;

namespace Tidepool.Benchmarks.Ingest;

/// <summary>One run of `ingest`: concurrent callers write documents with a vector and two attributes.</summary>
internal sealed class IngestRun(IngestSettings settings)
{
    private const int DistinctVectors = 4096;

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        float[][] vectors = MakeVectors();
        var latencies = new ConcurrentBag<TimeSpan>();
        await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(
            BenchmarkStore.Open(settings.Store), cancellationToken: cancellationToken);
        TidepoolNamespace documents = database.GetNamespace("documents");
        await documents.UpsertAsync(MakeDocument(-1, vectors), cancellationToken: cancellationToken);

        double cpuBefore = ProcessFigures.CpuSeconds;
        long next = 0;
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, settings.Callers).Select(_ => Task.Run(WriteAsync, cancellationToken)));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double cpu = ProcessFigures.CpuSeconds - cpuBefore;
        double peak = ProcessFigures.PeakMegabytes;
        started = Stopwatch.GetTimestamp();
        await documents.WaitForIndexingAsync(cancellationToken);
        double flushSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        long count = await documents.CountAsync(cancellationToken: cancellationToken);
        if (count != settings.Documents + 1L)
        {
            throw new InvalidOperationException(
                $"The namespace has {count} documents; expected {settings.Documents + 1L}.");
        }

        var percentiles = new Latencies(latencies);
        new ResultFile(settings.Output).Add(new JsonObject
        {
            ["kind"] = "ingest",
            ["peer"] = "tidepool",
            ["store"] = settings.Store is "memory" or "s3" ? settings.Store : "files",
            ["documents"] = settings.Documents,
            ["d"] = settings.Dimensions,
            ["batch"] = settings.Batch,
            ["callers"] = settings.Callers,
            ["docs_per_s"] = Math.Round(settings.Documents / seconds),
            ["ack_p50_us"] = percentiles.MedianMicroseconds,
            ["ack_p99_us"] = percentiles.P99Microseconds,
            ["cpu_s"] = Math.Round(cpu, 3),
            ["last_flush_s"] = Math.Round(flushSeconds, 3),
            ["peak_rss_mb"] = Math.Round(peak, 1),
        });
        return 0;

        async Task WriteAsync()
        {
            while (true)
            {
                long first = Interlocked.Add(ref next, settings.Batch) - settings.Batch;
                if (first >= settings.Documents)
                {
                    return;
                }

                int count = (int)Math.Min(settings.Batch, settings.Documents - first);
                var batch = new Document[count];
                for (int i = 0; i < count; i++)
                {
                    batch[i] = MakeDocument(first + i, vectors);
                }

                long writeStarted = Stopwatch.GetTimestamp();
                await documents.UpsertAsync(batch, cancellationToken: cancellationToken);
                latencies.Add(Stopwatch.GetElapsedTime(writeStarted));
            }
        }
    }

    private static Document MakeDocument(long id, float[][] vectors) => new(id)
    {
        Vector = vectors[(int)((ulong)id % DistinctVectors)],
        ["year"] = 1990 + (id % 37),
        ["topic"] = s_topics[(int)((ulong)id % (ulong)s_topics.Length)],
    };

    private static readonly string[] s_topics = ["sea", "shore", "tide", "rock", "crab", "kelp", "gull", "moon"];

    private float[][] MakeVectors()
    {
        var random = new Random(20261122);
        return
        [
            .. Enumerable.Range(0, DistinctVectors).Select(_ =>
                Enumerable.Range(0, settings.Dimensions).Select(_ => (float)random.NextDouble() - 0.5f).ToArray()),
        ];
    }
}
