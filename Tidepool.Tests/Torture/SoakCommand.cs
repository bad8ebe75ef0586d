using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Torture;

/// <summary>A soak from the command line: eng/soak.</summary>
internal static class SoakCommand
{
    internal const string Command = "soak";

    internal static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        SoakOptions options = SoakOptions.Parse(arguments);
        SoakReport report = await new SoakRun(options, output).RunAsync();
        await output.WriteLineAsync(report.ToTable());
        foreach (string problem in report.Problems)
        {
            await output.WriteLineAsync(problem);
        }

        if (options.Report is { } path)
        {
            ReliabilityReport document = ReliabilityReport.Read(await File.ReadAllTextAsync(path));
            await File.WriteAllTextAsync(path, document.Replace("soak", report.ToTable(), "eng/soak").Text);
        }

        return report.Problems.Count == 0 ? 0 : 1;
    }
}
