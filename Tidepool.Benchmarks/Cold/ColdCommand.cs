using System.CommandLine;

namespace Tidepool.Benchmarks.Cold;

/// <summary>`cold`: what the first answer costs when nothing is at hand.</summary>
internal static class ColdCommand
{
    internal static Command Create()
    {
        var documents = new Option<int>("--documents")
        {
            Description = "How many documents the segment holds.",
            DefaultValueFactory = _ => 100_000,
        };
        var dimensions = new Option<int>("--dimensions")
        {
            Description = "Dimensions of their vectors.",
            DefaultValueFactory = _ => 128,
        };
        var tail = new Option<int>("--tail")
        {
            Description = "How many log entries lie behind the segment.",
            DefaultValueFactory = _ => 3,
        };
        var latency = new Option<int>("--latency")
        {
            Description = "Milliseconds that each request takes.",
            DefaultValueFactory = _ => 50,
        };
        var data = new Option<string?>("--data") { Description = "Folder of the data set that --database holds." };
        var database = new Option<string?>("--database")
        {
            Description = "Folder that `ann --database` made: asks its first query, anew for each query.",
        };
        var queries = new Option<int>("--queries")
        {
            Description = "How many queries to ask of --database.",
            DefaultValueFactory = _ => 100,
        };
        var output = new Option<string?>("--out") { Description = "File that results are appended to." };
        var command = new Command("cold", "Measures opening a namespace and its first query, without any cache.")
        {
            documents, dimensions, tail, latency, data, database, queries, output,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(latency) is { Implicit: false } && result.GetValue(latency) < 1)
            {
                result.AddError("--latency takes at least 1 ms: round trips are counted by it.");
            }
            else if (result.GetValue(database) is null != result.GetValue(data) is null)
            {
                result.AddError("--data and --database go together.");
            }
        });
        command.SetAction((result, cancellationToken) => result.GetValue(database) is { } folder
            ? new ColdSearchRun(
                result.GetRequiredValue(data)!,
                folder,
                result.GetValue(queries),
                TimeSpan.FromMilliseconds(result.GetValue(latency)),
                result.GetValue(output)).RunAsync(cancellationToken)
            : new ColdRun(
                result.GetValue(documents),
                result.GetValue(dimensions),
                result.GetValue(tail),
                TimeSpan.FromMilliseconds(result.GetValue(latency)),
                result.GetValue(output)).RunAsync(cancellationToken));
        return command;
    }
}
