using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tidepool.Benchmarks.Measuring;

/// <summary>Measured points, one JSON object a line: printed, and appended to a file.</summary>
internal sealed class ResultFile(string? path)
{
    private static readonly JsonSerializerOptions s_format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal void Add(JsonObject point)
    {
        point["cpu"] = Machine.Cpu;
        point["commit"] = Machine.Commit;
        string line = point.ToJsonString(s_format);
        Console.WriteLine(line);
        if (path is not null)
        {
            File.AppendAllText(path, line + "\n");
        }
    }
}
