using System.Globalization;
using SemanticSearch.Indexing;
using Spectre.Console;
using Tidepool;

namespace SemanticSearch;

/// <summary>Shows what happens: with colours and a bar on a terminal, as plain lines elsewhere.</summary>
internal sealed class Display
{
    private const int MostCharacters = 320;
    private const int MostSkipped = 20;
    private const int Indent = 12;

    private readonly IAnsiConsole _console;

    internal Display(IAnsiConsole console)
    {
        _console = console;
        if (!IsTerminal)
        {
            // Whoever reads the lines wraps them.
            _console.Profile.Width = int.MaxValue;
            _console.Profile.Capabilities.Ansi = false;
            _console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        }
    }

    private bool IsTerminal => _console.Profile.Out.IsTerminal;

    internal void ShowOpened(string folder, string store) =>
        _console.MarkupLineInterpolated($"Indexing [bold]{folder}[/] in {store}");

    /// <summary>Runs an indexing, with a progress bar if there is a terminal to draw it on.</summary>
    internal async Task<IndexReport> ShowProgressAsync(Func<IProgress<IndexProgress>?, Task<IndexReport>> index)
    {
        if (!IsTerminal)
        {
            return await index(null);
        }

        return await _console
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .StartAsync(context => index(new ProgressBar(context.AddTask("Files"))));
    }

    internal void Show(IndexReport report, TimeSpan elapsed)
    {
        foreach ((string path, string problem) in report.Skipped.Take(MostSkipped))
        {
            _console.MarkupLineInterpolated($"[yellow]skipped[/] {path}: {problem}");
        }

        if (report.Skipped.Count > MostSkipped)
        {
            _console.MarkupLineInterpolated($"[yellow]skipped[/] {report.Skipped.Count - MostSkipped} more");
        }

        string seconds = elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        _console.WriteLine(
            $"Files: {report.New} new, {report.Changed} changed, {report.Removed} removed, "
            + $"{report.Unchanged} unchanged. "
            + $"Passages: {report.PassagesWritten} written, {report.Passages} in all ({seconds} s).");
    }

    internal void Show(string query, SearchResults<Document> results)
    {
        _console.WriteLine();
        _console.MarkupLineInterpolated($"[bold]{query}[/]");
        if (results.Count == 0)
        {
            ShowNote("Nothing is indexed.");
        }

        for (int i = 0; i < results.Count; i++)
        {
            Show(i + 1, results[i]);
        }
    }

    internal void ShowNote(string note) => _console.MarkupLineInterpolated($"[yellow]{note}[/]");

    internal void ShowPrompt() => _console.Markup("\nWhat to look for ([dim]an empty line ends[/]): ");

    private void Show(int rank, SearchResult<Document> result)
    {
        Document passage = result.Record;
        string lines = $"{passage[PassageFields.FirstLine]}-{passage[PassageFields.LastLine]}";
        string place = $"{passage[PassageFields.File]}:{lines}";
        string heading = passage[PassageFields.Heading].ToString();
        string text = Shorten(passage[PassageFields.Text].ToString());
        _console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"{rank,3}  [green]{result.Score:0.000}[/]  [blue]{place}[/]  [dim]{heading}[/]");
        if (IsTerminal)
        {
            _console.Write(new Padder(new Text(text)).Padding(Indent, 0, 0, 0));
        }
        else
        {
            _console.WriteLine(new string(' ', Indent) + text);
        }
    }

    private static string Shorten(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        int space = line.Length > MostCharacters ? line.LastIndexOf(' ', MostCharacters) : -1;
        return line.Length <= MostCharacters ? line : $"{line[..(space > 0 ? space : MostCharacters)]} …";
    }

    /// <summary>Moves a bar as the indexing goes on.</summary>
    private sealed class ProgressBar(ProgressTask task) : IProgress<IndexProgress>
    {
        public void Report(IndexProgress value)
        {
            task.MaxValue = Math.Max(value.Total, 1);
            task.Value = value.Total == 0 ? 1 : value.Completed;
        }
    }
}
