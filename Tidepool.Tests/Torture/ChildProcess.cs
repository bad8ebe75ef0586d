using System.Diagnostics;
using System.Text;

namespace Tidepool.Tests.Torture;

/// <summary>A child process of a run, and the pump that hands on its lines.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly int _id;
    private readonly Action<ChildProcess, IReadOnlyList<string>> _onLines;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _errors = new();

    private ChildProcess(
        Process process, string role, long incarnation, int worker,
        Action<ChildProcess, IReadOnlyList<string>> onLines)
    {
        _process = process;
        _id = process.Id;
        _onLines = onLines;
        Role = role;
        Incarnation = incarnation;
        Worker = worker;
        Ended = PumpAsync();
    }

    internal string Role { get; }

    internal int Worker { get; }

    internal long Incarnation { get; }

    /// <summary>Done when the child has opened the database, or ended.</summary>
    internal Task Ready => _ready.Task;

    /// <summary>Done when the child has ended and all of its lines have been handed on; its exit code.</summary>
    internal Task<int> Ended { get; }

    /// <summary>What it wrote to its standard error.</summary>
    internal string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    internal static ChildProcess Start(
        string role, TortureStore store, long incarnation, int worker, int seed,
        Action<ChildProcess, IReadOnlyList<string>> onLines)
    {
        ProcessStartInfo start = new(FindHost())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])
            [
                "exec", typeof(ChildProcess).Assembly.Location, ChildProgram.Command, role, store.Name,
                incarnation.ToString(), worker.ToString(), seed.ToString(),
            ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_TieredPGO"] = "0"; // A short life.
        start.Environment["DOTNET_gcConcurrent"] = "0";
        foreach ((string name, string? value) in store.Environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!, role, incarnation, worker, onLines);
    }

    internal void Send(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // It has ended already; whoever waits for it sees that.
        }
    }

    /// <summary>SIGKILL: no handler, no farewell. False if the child had ended by itself.</summary>
    internal bool Kill()
    {
        if (Ended.IsCompleted)
        {
            return false;
        }

        _process.Kill();
        return true;
    }

    /// <summary>Sends a signal by name: STOP, CONT. Nothing happens to a child that has ended.</summary>
    internal async Task SignalAsync(string signal)
    {
        if (Ended.IsCompleted)
        {
            return;
        }

        using Process kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", $"{_id}"])
        {
            RedirectStandardError = true,
        })!;
        await kill.StandardError.ReadToEndAsync(); // No such process: it has just been killed.
        await kill.WaitForExitAsync();
    }

    public void Dispose() => _process.Dispose();

    public override string ToString() => $"{Role} {Incarnation}";

    private static string FindHost()
    {
        string? current = Environment.ProcessPath;
        return Path.GetFileNameWithoutExtension(current) == "dotnet" ? current! : "dotnet";
    }

    private async Task<int> PumpAsync()
    {
        Task errors = PumpErrorsAsync();
        Stream output = _process.StandardOutput.BaseStream;
        byte[] buffer = new byte[1 << 16];
        int kept = 0;
        while (await output.ReadAsync(buffer.AsMemory(kept)) is > 0 and var read)
        {
            kept += read;
            int end = buffer.AsSpan(0, kept).LastIndexOf((byte)'\n') + 1;
            if (end > 0)
            {
                HandOn(Encoding.UTF8.GetString(buffer, 0, end - 1).Split('\n'));
                buffer.AsSpan(end, kept - end).CopyTo(buffer);
                kept -= end;
            }

            if (kept == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        await errors;
        await _process.WaitForExitAsync();
        int exitCode = _process.ExitCode;
        _ready.TrySetResult();
        return exitCode;
    }

    private void HandOn(string[] lines)
    {
        _onLines(this, lines);
        if (lines.Contains("R"))
        {
            _ready.TrySetResult();
        }
    }

    private async Task PumpErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_errors)
            {
                _errors.AppendLine(line);
            }
        }
    }
}
