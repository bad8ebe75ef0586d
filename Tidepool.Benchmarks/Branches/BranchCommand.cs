using System.CommandLine;

namespace Tidepool.Benchmarks.Branches;

/// <summary>`branch`: what copying a namespace costs, and backing it up.</summary>
internal static class BranchCommand
{
    internal static Command Create()
    {
        var database = new Option<string>("--database")
        {
            Description = "Folder that `ann --database` made. Copies are made in it, and stay: give it a copy.",
            Required = true,
        };
        var copies = new Option<int>("--copies")
        {
            Description = "How many copies of its namespace to make, each with a new process's knowledge.",
            DefaultValueFactory = _ => 5,
        };
        var backup = new Option<string?>("--backup")
        {
            Description = "An empty folder: backs up into it, in whole and then what 1,000 more documents changed.",
        };
        var output = new Option<string?>("--out") { Description = "File that results are appended to." };
        var command = new Command("branch", "Measures copying and backing up a namespace.")
        {
            database, copies, backup, output,
        };
        command.SetAction((result, cancellationToken) => new BranchRun(
            result.GetRequiredValue(database),
            result.GetValue(copies),
            result.GetValue(backup),
            result.GetValue(output)).RunAsync(cancellationToken));
        return command;
    }
}
