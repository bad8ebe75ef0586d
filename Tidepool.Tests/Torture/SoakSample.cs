using System.Diagnostics;

namespace Tidepool.Tests.Torture;

/// <summary>What the process and its store hold at one moment, at rest.</summary>
/// <param name="At">Since the start.</param>
/// <param name="LiveBytes">Size of the living documents by themselves: vectors, ids and attributes.</param>
/// <param name="StoredBytes">Size of all files of the store.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Mappings">Mapped pieces of memory.</param>
/// <param name="Threads">Threads.</param>
/// <param name="PrivateBytes">Anonymous memory in use, after a full garbage collection.</param>
/// <param name="HeapBytes">What the objects take that are reachable then.</param>
internal sealed record SoakSample(
    TimeSpan At,
    long LiveBytes,
    long StoredBytes,
    int Handles,
    int Mappings,
    int Threads,
    long PrivateBytes,
    long HeapBytes)
{
    internal double Ratio => (double)StoredBytes / LiveBytes;

    /// <summary>Of this process; Linux only.</summary>
    internal static SoakSample Take(TimeSpan at, long liveBytes, string store)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long heapBytes = GC.GetTotalMemory(forceFullCollection: false);
        using var self = Process.GetCurrentProcess();
        return new SoakSample(
            at,
            liveBytes,
            new DirectoryInfo(store).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length),
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            File.ReadLines("/proc/self/maps").Count(),
            self.Threads.Count,
            ReadAnonymousBytes(),
            heapBytes);
    }

    private static long ReadAnonymousBytes()
    {
        string text = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) << 10;
    }
}
