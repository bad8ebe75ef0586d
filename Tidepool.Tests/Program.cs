using Tidepool.Tests.Fuzzing;
using Tidepool.Tests.Simulation;
using Tidepool.Tests.Torture;

namespace Tidepool.Tests;

/// <summary>What the test assembly does when it is started by itself: torture runs, soaks, simulations, fuzzing,
/// and their children.</summary>
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
            case [TortureCommand.Command, .. var rest]:
                return await TortureCommand.RunAsync(rest, Console.Out);
            case [SoakCommand.Command, .. var rest]:
                return await SoakCommand.RunAsync(rest, Console.Out);
            default:
                await Console.Error.WriteLineAsync(
                    "Run the tests with dotnet test, the rest with eng/torture, eng/soak, eng/simulate, eng/fuzz.");
                return 2;
        }
    }
}
