using System.Text;

namespace Tidepool.Tests.Torture;

/// <summary>A child's lines to its parent: each is one write to the pipe, so that a kill never leaves half a line
/// before a whole one.</summary>
internal static class ChildOutput
{
    private static readonly Lock s_lock = new();
    private static readonly Stream s_stream = Console.OpenStandardOutput();

    internal static void Say(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n");
        lock (s_lock)
        {
            s_stream.Write(bytes);
            s_stream.Flush();
        }
    }
}
