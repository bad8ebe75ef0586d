using System.CommandLine;
using Tidepool.Benchmarks.Measuring;

namespace Tidepool.Benchmarks.Ingest;

/// <summary>`ingest`: how fast acknowledged writes are, alone and in batches.</summary>
internal static class IngestCommand
{
    internal static Command Create()
    {
        var store = new Option<string>("--store")
        {
            Description = BenchmarkStore.Description,
            DefaultValueFactory = _ => "memory",
        };
        var documents = new Option<int>("--documents")
        {
            Description = "How many documents are written.",
            DefaultValueFactory = _ => 1_000_000,
        };
        var dimensions = new Option<int>("--dimensions")
        {
            Description = "Dimensions of their vectors.",
            DefaultValueFactory = _ => 128,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Documents a write.",
            DefaultValueFactory = _ => 1000,
        };
        var callers = new Option<int>("--callers")
        {
            Description = "How many callers write at once, each its next batch when the last is acknowledged.",
            DefaultValueFactory = _ => 1,
        };
        var output = new Option<string?>("--out") { Description = "File that results are appended to." };
        var command = new Command("ingest", "Measures acknowledged writes through the public API.")
        {
            store, documents, dimensions, batch, callers, output,
        };
        command.SetAction((result, cancellationToken) => new IngestRun(new IngestSettings(
            result.GetRequiredValue(store),
            result.GetValue(documents),
            result.GetValue(dimensions),
            result.GetValue(batch),
            result.GetValue(callers),
            result.GetValue(output))).RunAsync(cancellationToken));
        return command;
    }
}
