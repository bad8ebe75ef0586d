using System.Diagnostics;
using Tidepool.Benchmarks.Datasets;
using Tidepool.Benchmarks.Measuring;

namespace Tidepool.Benchmarks.Ann;

/// <summary>What one pass over the queries measured.</summary>
/// <param name="Elapsed">How long all took.</param>
/// <param name="QueriesPerSecond">Queries by elapsed time.</param>
/// <param name="Recall">Share of the true neighbours that were found.</param>
/// <param name="Latencies">How long each took.</param>
internal sealed record AnnPass(TimeSpan Elapsed, double QueriesPerSecond, double Recall, Latencies Latencies)
{
    internal static async Task<AnnPass> RunAsync(
        VectorTable<int> truth,
        int queryCount,
        int threads,
        int top,
        Func<int, Task<SearchResults<Document>>> search)
    {
        var latencies = new TimeSpan[queryCount];
        var found = new SearchResults<Document>[queryCount];
        int next = -1;
        long started = Stopwatch.GetTimestamp();
        if (threads == 1)
        {
            await WorkAsync();
        }
        else
        {
            await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Run(WorkAsync)));
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        return new AnnPass(
            elapsed, queryCount / elapsed.TotalSeconds, MeasureRecall(truth, found, top), new Latencies(latencies));

        async Task WorkAsync()
        {
            int query;
            while ((query = Interlocked.Increment(ref next)) < queryCount)
            {
                long queryStarted = Stopwatch.GetTimestamp();
                found[query] = await search(query);
                latencies[query] = Stopwatch.GetElapsedTime(queryStarted);
            }
        }
    }

    private static double MeasureRecall(VectorTable<int> truth, SearchResults<Document>[] found, int top)
    {
        long hits = 0;
        long expected = 0;
        for (int query = 0; query < found.Length; query++)
        {
            ReadOnlySpan<int> nearest = truth[query].Span[..Math.Min(top, truth.Width)];
            expected += nearest.Length;
            foreach (SearchResult<Document> hit in found[query])
            {
                hits += hit.Record.Id.TryGetInt64(out long id) && nearest.Contains((int)id) ? 1 : 0;
            }
        }

        return (double)hits / expected;
    }
}
