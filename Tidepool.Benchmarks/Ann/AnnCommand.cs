using System.CommandLine;
using Tidepool.Benchmarks.Measuring;
using Tidepool.Benchmarks.Plots;

namespace Tidepool.Benchmarks.Ann;

/// <summary>`ann`: recall, speed and cost of search through the public API, on any data set.</summary>
internal sealed class AnnCommand
{
    private static readonly double[] s_recallTargets = [0.8, 0.9, 0.95, 0.98, 0.99, 0.995];

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder with base.fvecs, query.fvecs, gt.ivecs and perhaps attr.i32, gt_selT.ivecs.",
    };

    private readonly Option<string?> _metric = new("--metric") { Description = "How vectors compare." };

    private readonly Option<string> _store = new("--store")
    {
        Description = "Where the database is made: " + BenchmarkStore.Description,
        DefaultValueFactory = _ => "memory",
    };

    private readonly Option<string?> _database = new("--database")
    {
        Description = "Directory of a database to keep; used again when it already holds the data set and its index.",
    };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "How many queries run at once.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _batch = new("--batch")
    {
        Description = "Documents a write.",
        DefaultValueFactory = _ => 1000,
    };

    private readonly Option<int?> _queries = new("--queries") { Description = "Only so many of the queries." };

    private readonly Option<VectorIndexKind> _index = new("--index") { Description = "The index." };

    private readonly Option<VectorQuantization> _quantization = new("--quantization")
    {
        Description = "What the index compares first.",
    };

    private readonly Option<string> _consistency = new("--consistency")
    {
        Description = "How fresh answers are.",
        DefaultValueFactory = _ => "strong",
    };

    private readonly Option<SearchEffort[]> _efforts = new("--effort")
    {
        Description = "Efforts to search with.",
        DefaultValueFactory = _ => [SearchEffort.Low, SearchEffort.Default, SearchEffort.High],
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<double[]> _recallTargets = new("--recall-target")
    {
        Description = "Recalls to aim at.",
        DefaultValueFactory = _ => s_recallTargets,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _sweep = new("--sweep")
    {
        Description = "Also tries the index's own parameter, ProbeCount or EfSearch, up to a recall of 0.9985.",
    };

    private readonly Option<int[]> _filterBelow = new("--filter-below")
    {
        Description = "Searches only documents whose attribute 'attr' is less than this; each limit in turn.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _correlated = new("--correlated")
    {
        Description = "Filters by 'rank' instead, which says where a vector lies, and asks from the other side.",
    };

    private readonly Option<string?> _output = new("--out") { Description = "File that results are appended to." };

    private readonly Option<string?> _plot = new("--plot")
    {
        Description = "Measures nothing, but draws the given results, with no or one filter, to this SVG file.",
    };

    private readonly Argument<string[]> _results = new("results")
    {
        Description = "Result files to draw, of Tidepool and its peers.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private AnnCommand()
    {
        _metric.AcceptOnlyFromAmong("cosine", "l2", "ip");
        _consistency.AcceptOnlyFromAmong("strong", "eventual");
    }

    internal static Command Create()
    {
        var ann = new AnnCommand();
        var command = new Command("ann", "Measures search through the public API on a data set.")
        {
            ann._data, ann._metric, ann._store, ann._database, ann._threads, ann._batch, ann._queries, ann._index,
            ann._quantization, ann._consistency, ann._efforts, ann._recallTargets, ann._sweep, ann._filterBelow,
            ann._correlated, ann._output, ann._plot, ann._results,
        };
        command.Validators.Add(result =>
        {
            bool plots = result.GetValue(ann._plot) is not null;
            if (plots != (result.GetValue(ann._results)!.Length > 0))
            {
                result.AddError("--plot and result files go together.");
            }
            else if (result.GetValue(ann._correlated) && result.GetValue(ann._filterBelow) is null or [])
            {
                result.AddError("--correlated needs --filter-below.");
            }
            else if (!plots && (result.GetValue(ann._data) is null || result.GetValue(ann._metric) is null))
            {
                result.AddError("--data and --metric are required.");
            }
        });
        command.SetAction((result, cancellationToken) => result.GetValue(ann._plot) is { } picture
            ? Task.FromResult(PlotRun.Run(
                picture,
                result.GetRequiredValue(ann._results),
                ann.Filters(result) is [var filter, ..] ? filter.ToString() : ""))
            : new AnnRun(ann.Settings(result)).RunAsync(cancellationToken));
        return command;
    }

    private AnnSettings Settings(ParseResult result) => new()
    {
        Data = result.GetRequiredValue(_data)!,
        Metric = result.GetRequiredValue(_metric) switch
        {
            "cosine" => DistanceMetric.CosineSimilarity,
            "ip" => DistanceMetric.DotProductSimilarity,
            _ => DistanceMetric.EuclideanSquaredDistance,
        },
        Store = result.GetRequiredValue(_store),
        Database = result.GetValue(_database),
        Threads = result.GetValue(_threads),
        Batch = result.GetValue(_batch),
        Queries = result.GetValue(_queries),
        IndexKind = result.GetValue(_index),
        Quantization = result.GetValue(_quantization),
        Consistency = result.GetValue(_consistency) == "eventual" ? ReadConsistency.Eventual : ReadConsistency.Strong,
        Efforts = result.GetRequiredValue(_efforts),
        RecallTargets = result.GetRequiredValue(_recallTargets),
        Sweep = result.GetValue(_sweep),
        Filters = Filters(result),
        Output = result.GetValue(_output),
    };

    private IReadOnlyList<AnnFilter> Filters(ParseResult result) =>
    [
        .. (result.GetValue(_filterBelow) ?? [])
            .Select(limit => new AnnFilter(limit, IsCorrelated: result.GetValue(_correlated))),
    ];
}
