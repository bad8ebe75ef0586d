using System.Diagnostics;
using System.Globalization;

namespace Tidepool.Benchmarks.Measuring;

/// <summary>What the operating system says of this process.</summary>
internal static class ProcessFigures
{
    /// <summary>Processor time of all threads so far, in seconds.</summary>
    internal static double CpuSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    internal static double ResidentMegabytes
    {
        get
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Status("VmRSS") ?? (Process.GetCurrentProcess().WorkingSet64 / 1048576.0);
        }
    }

    /// <summary>The part of <see cref="ResidentMegabytes"/> that is not mapped files.</summary>
    internal static double PrivateMegabytes
    {
        get
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Status("RssAnon") ?? (Process.GetCurrentProcess().PrivateMemorySize64 / 1048576.0);
        }
    }

    internal static double PeakMegabytes =>
        Status("VmHWM") ?? (Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);

    private static double? Status(string key)
    {
        const string Path = "/proc/self/status";
        if (!File.Exists(Path))
        {
            return null;
        }

        string? line = File.ReadLines(Path)
            .FirstOrDefault(line => line.StartsWith(key + ":", StringComparison.Ordinal));
        string? kilobytes = line?.Split(' ', '\t').FirstOrDefault(word => word.Length > 0 && char.IsDigit(word[0]));
        return kilobytes is null ? null : double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024;
    }
}
