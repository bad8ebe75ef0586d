using System.CommandLine;
using Tidepool.Benchmarks.Kernels;

var root = new RootCommand("Measures Tidepool.")
{
    KernelsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
