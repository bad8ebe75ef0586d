using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tidepool.Benchmarks.Plots;

/// <summary>The lines of result files that belong to one picture.</summary>
internal sealed class ResultLines
{
    private readonly List<JsonObject> _lines;

    private ResultLines(List<JsonObject> lines) => _lines = lines;

    internal string Dataset => Text(_lines[0], "dataset");

    /// <summary>The processor that measured; several when the files are of several machines.</summary>
    internal string Machines => string.Join(
        " and ", Distinct(_lines, "cpu").Select(cpu => cpu.Split(',')[0]).Distinct());

    /// <summary>The commits of Tidepool that were measured.</summary>
    internal string Commits => string.Join(", ", Distinct(_lines.Where(IsOurs), "commit"));

    /// <summary>One for each peer and index, the fastest at any recall first.</summary>
    internal IReadOnlyList<MeasuredSeries> Series =>
    [
        .. _lines
            .GroupBy(Name)
            .Select(lines => new MeasuredSeries(lines.Key, ParetoFront.Of(lines.Select(Point))))
            .Where(series => series.Front.Any(point => point.Recall >= RecallAxis.Least))
            .OrderByDescending(series => series.Front
                .Where(point => point.Recall >= RecallAxis.Least)
                .Max(point => point.QueriesPerSecond))
            .ThenBy(series => series.Name, StringComparer.Ordinal),
    ];

    /// <summary>Reads lines of one data set.</summary>
    /// <param name="lines">One JSON object each; those without a recall are of other benchmarks and left out.</param>
    /// <param name="filter">Only searches with this filter; empty for those without one.</param>
    /// <exception cref="InvalidDataException">A line is damaged, there is none, or they are of several data
    /// sets.</exception>
    internal static ResultLines Parse(IEnumerable<string> lines, string filter)
    {
        List<JsonObject> kept =
        [
            .. lines
                .Where(line => line.Trim().Length > 0)
                .Select(ParseLine)
                .Where(line => line.ContainsKey("recall_at_10") && Text(line, "filter") == filter),
        ];
        string[] datasets = [.. Distinct(kept, "dataset")];
        return datasets.Length == 1 ? new ResultLines(kept) : throw new InvalidDataException(
            $"The results with the filter '{filter}' are of {datasets.Length} data sets: "
            + $"{string.Join(", ", datasets)}; expected 1.");
    }

    private static JsonObject ParseLine(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject
                ?? throw new InvalidDataException($"Not a JSON object: {line}");
        }
        catch (JsonException inner)
        {
            throw new InvalidDataException($"Not a line of results: {line}", inner);
        }
    }

    private static MeasuredPoint Point(JsonObject line) =>
        new(line["recall_at_10"]!.GetValue<double>(), line["qps"]!.GetValue<double>());

    private static string Name(JsonObject line)
    {
        string threads = line["threads"]?.GetValue<int>() is > 1 and var count ? $"({count} threads)" : "";
        string[] words = [Text(line, "peer"), Text(line, "index"), Text(line, "quantization"), threads];
        return string.Join(' ', words.Where(word => word.Length > 0));
    }

    private static bool IsOurs(JsonObject line) => Text(line, "peer") == "tidepool";

    private static string Text(JsonObject line, string name) => line[name]?.GetValue<string>() ?? "";

    private static IEnumerable<string> Distinct(IEnumerable<JsonObject> lines, string name) =>
        lines.Select(line => Text(line, name)).Where(text => text.Length > 0).Distinct();
}
