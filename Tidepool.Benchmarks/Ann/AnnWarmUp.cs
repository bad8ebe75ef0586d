using System.Diagnostics;
using System.Runtime;

namespace Tidepool.Benchmarks.Ann;

/// <summary>Searches until the just-in-time compiler is done.</summary>
internal static class AnnWarmUp
{
    /// <summary>On one busy core the compiler needs seconds to begin with its last tier: until then short searches took
    /// ten times as long.</summary>
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(30);

    /// <summary>Asks the queries in each way in turn, until nothing was compiled for two seconds.</summary>
    internal static async Task RunAsync(
        AnnWorkload work, IReadOnlyList<Func<ReadOnlyMemory<float>, Task<SearchResults<Document>>>> searches)
    {
        long started = Stopwatch.GetTimestamp();
        long lastCompiled = started;
        long methodCount = JitInfo.GetCompiledMethodCount();
        TimeSpan elapsed;
        for (int i = 0; (elapsed = Stopwatch.GetElapsedTime(started)) < s_most; i++)
        {
            await searches[i % searches.Count](work.Queries[i % work.Queries.Length]);
            if (methodCount != JitInfo.GetCompiledMethodCount())
            {
                methodCount = JitInfo.GetCompiledMethodCount();
                lastCompiled = Stopwatch.GetTimestamp();
            }
            else if (elapsed > s_least && Stopwatch.GetElapsedTime(lastCompiled) > s_quiet)
            {
                return;
            }
        }
    }
}
