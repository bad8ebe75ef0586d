using System.Threading.Channels;

namespace Tidepool.Tests.Torture;

/// <summary>The lines that a child gets from its parent. If the parent is gone, the process ends at once, whatever it
/// does.</summary>
internal sealed class ParentLines
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    internal ParentLines()
    {
        Thread reading = new(Read) { IsBackground = true };
        reading.Start();
    }

    internal async Task<string> ReadAsync() => await _lines.Reader.ReadAsync();

    /// <summary>Done when there is another line, which is the last one.</summary>
    internal Task StopAsync() => ReadAsync();

    private void Read()
    {
        using StreamReader input = new(Console.OpenStandardInput());
        while (input.ReadLine() is { } line)
        {
            _lines.Writer.TryWrite(line);
        }

        Environment.Exit(2);
    }
}
