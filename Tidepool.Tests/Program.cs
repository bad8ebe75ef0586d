using Tidepool.Tests.Torture;

namespace Tidepool.Tests;

/// <summary>What the test assembly does when it is started by itself: torture runs, and the children of such runs.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case [ChildProgram.Command, .. var rest]:
                return await ChildProgram.RunAsync(rest);
            case ["torture", .. var rest]:
                TortureOptions options = TortureOptions.Parse(rest);
                using (TortureRun run = new(options, Console.Out))
                {
                    TortureReport report = await run.RunAsync();
                    report.Violations.ToList().ForEach(Console.WriteLine);
                    Console.WriteLine(report);
                    return report.Violations.Count == 0 ? 0 : 1;
                }

            default:
                await Console.Error.WriteLineAsync("Run the tests with dotnet test, the torture with eng/torture.");
                return 2;
        }
    }
}
