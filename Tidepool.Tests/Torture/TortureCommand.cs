using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Torture;

/// <summary>A torture run from the command line: eng/torture.</summary>
internal static class TortureCommand
{
    internal const string Command = "torture";

    internal static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        TortureOptions options = TortureOptions.Parse(arguments);
        using TortureRun run = new(options, output);
        TortureReport report = await run.RunAsync();
        foreach (string violation in report.Violations)
        {
            await output.WriteLineAsync(violation);
        }

        await output.WriteLineAsync(report.ToString());
        if (options.Report is { } path)
        {
            string name = options.Store.IsOnS3 ? "torture-s3" : "torture-files";
            ReliabilityReport document = ReliabilityReport.Read(await File.ReadAllTextAsync(path));
            await File.WriteAllTextAsync(path, document.Replace(name, report.ToTable(options), "eng/torture").Text);
        }

        return report.Violations.Count == 0 ? 0 : 1;
    }
}
