using System.CommandLine;
using BenchmarkDotNet.Running;

namespace Tidepool.Benchmarks.Kernels;

/// <summary>kernels: distances and scans in BenchmarkDotNet, which takes the rest of the arguments.</summary>
internal static class KernelsCommand
{
    internal static Command Create()
    {
        var command = new Command(
            "kernels", "Distance kernels and exact scans. What follows goes to BenchmarkDotNet, such as --filter *.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(result =>
        {
            BenchmarkSwitcher.FromAssembly(typeof(KernelsCommand).Assembly).Run([.. result.UnmatchedTokens]);
        });
        return command;
    }
}
