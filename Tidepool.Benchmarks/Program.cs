using System.CommandLine;
using Tidepool.Benchmarks.Ann;
using Tidepool.Benchmarks.Branches;
using Tidepool.Benchmarks.Cold;
using Tidepool.Benchmarks.Ingest;
using Tidepool.Benchmarks.Kernels;

var root = new RootCommand("Measures Tidepool.")
{
    AnnCommand.Create(),
    BranchCommand.Create(),
    ColdCommand.Create(),
    IngestCommand.Create(),
    KernelsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
