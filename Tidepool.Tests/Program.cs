using Tidepool.Tests.Fuzzing;
using Tidepool.Tests.Simulation;
using Tidepool.Tests.Torture;

namespace Tidepool.Tests;

/// <summary>What the test assembly does when it is started by itself: torture runs, simulations and the children
/// of both, fuzzing.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case [ChildProgram.Command, .. var rest]:
                return await ChildProgram.RunAsync(rest);
            case [SimulateCommand.Command, .. var rest]:
                return await SimulateCommand.RunAsync(rest, Console.Out);
            case [FuzzCommand.Command, .. var rest]:
                return await FuzzCommand.RunAsync(rest, Console.Out);
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
                await Console.Error.WriteLineAsync(
                    "Run the tests with dotnet test, the rest with eng/torture, eng/simulate, eng/fuzz.");
                return 2;
        }
    }
}
