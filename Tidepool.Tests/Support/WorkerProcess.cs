using System.Diagnostics;

namespace Tidepool.Tests.Support;

/// <summary>This assembly once more, in a process of its own, as one of several that share some work.</summary>
internal static class WorkerProcess
{
    /// <summary>Runs a command of <see cref="Program"/> to its end; hands over each line that it prints.</summary>
    internal static async Task<int> RunAsync(string[] arguments, Action<string> onLine)
    {
        string? current = Environment.ProcessPath;
        ProcessStartInfo start = new(Path.GetFileNameWithoutExtension(current) == "dotnet" ? current! : "dotnet")
        {
            RedirectStandardOutput = true,
        };
        foreach (string argument in (string[])["exec", typeof(WorkerProcess).Assembly.Location, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            onLine(line);
        }

        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
