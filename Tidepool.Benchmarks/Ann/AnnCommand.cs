using System.CommandLine;

namespace Tidepool.Benchmarks.Ann;

/// <summary>`ann`: recall, speed and cost of search through the public API, on any data set.</summary>
internal static class AnnCommand
{
    internal static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "Folder with base.fvecs, query.fvecs, gt.ivecs and perhaps attr.i32, gt_selT.ivecs.",
            Required = true,
        };
        var metric = new Option<string>("--metric") { Description = "How vectors compare.", Required = true };
        metric.AcceptOnlyFromAmong("cosine", "l2", "ip");
        var store = new Option<string>("--store")
        {
            Description = "Where the database is kept: memory or a directory.",
            DefaultValueFactory = _ => "memory",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "How many queries run at once.",
            DefaultValueFactory = _ => 1,
        };
        var batch = new Option<int>("--batch") { Description = "Documents a write.", DefaultValueFactory = _ => 1000 };
        var queries = new Option<int?>("--queries") { Description = "Only so many of the queries." };
        var index = new Option<string>("--index") { Description = "The index.", DefaultValueFactory = _ => "auto" };
        index.AcceptOnlyFromAmong("auto", "flat");
        var filterBelow = new Option<int?>("--filter-below")
        {
            Description = "Searches only documents whose attribute 'attr' is less than this.",
        };
        var output = new Option<string?>("--out") { Description = "File that results are appended to." };
        var command = new Command("ann", "Measures search through the public API on a data set.")
        {
            data, metric, store, threads, batch, queries, index, filterBelow, output,
        };
        command.SetAction((result, cancellationToken) => new AnnRun(new AnnSettings(
            result.GetRequiredValue(data),
            result.GetRequiredValue(metric),
            result.GetRequiredValue(store),
            result.GetValue(threads),
            result.GetValue(batch),
            result.GetValue(queries),
            result.GetRequiredValue(index),
            result.GetValue(filterBelow),
            result.GetValue(output))).RunAsync(cancellationToken));
        return command;
    }
}
