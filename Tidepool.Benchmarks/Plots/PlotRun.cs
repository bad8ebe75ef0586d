namespace Tidepool.Benchmarks.Plots;

/// <summary>One run of `ann --plot`: makes a picture of measured lines.</summary>
internal static class PlotRun
{
    internal static int Run(string picture, IReadOnlyList<string> results, string filter)
    {
        ResultLines lines = ResultLines.Parse(results.SelectMany(File.ReadLines), filter);
        string title = filter.Length == 0 ? lines.Dataset : $"{lines.Dataset}, {filter}";
        string subtitle = lines.Commits.Length == 0 ? lines.Machines : $"{lines.Machines}; commit {lines.Commits}";
        File.WriteAllText(picture, new RecallPlot(title, subtitle, lines.Series).Draw());
        return 0;
    }
}
