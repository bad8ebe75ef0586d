using System.Diagnostics;

namespace Tidepool.Benchmarks.Measuring;

/// <summary>Where a figure was measured and of what.</summary>
internal static class Machine
{
    internal static string Cpu { get; } = ReadCpu();

    internal static string Commit { get; } = ReadCommit();

    private static string ReadCpu()
    {
        const string Path = "/proc/cpuinfo";
        string? model = File.Exists(Path)
            ? File.ReadLines(Path).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        string name = model?[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? "unknown";
        return $"{name}, {Environment.ProcessorCount} cores";
    }

    private static string ReadCommit()
    {
        try
        {
            using Process? git = Process.Start(new ProcessStartInfo("git", "describe --always --dirty --abbrev=10")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = AppContext.BaseDirectory,
            });
            string commit = git?.StandardOutput.ReadToEnd().Trim() ?? "";
            return commit.Length > 0 ? commit : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown"; // No git here.
        }
    }
}
