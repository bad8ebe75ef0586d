using System.Diagnostics;
using System.Text.Json.Nodes;
using Tidepool.Benchmarks.Datasets;
using Tidepool.Benchmarks.Measuring;
using Tidepool.Storage;
using Tidepool.Storage.Files;

namespace Tidepool.Benchmarks.Ann;

/// <summary>A database that holds a data set with its index.</summary>
internal sealed class AnnDatabase : IAsyncDisposable
{
    /// <summary>The namespace that holds the vectors.</summary>
    internal const string Name = "vectors";

    private readonly TidepoolDatabase _database;

    private AnnDatabase(TidepoolDatabase database, TidepoolNamespace vectors, JsonObject figures)
    {
        _database = database;
        Vectors = vectors;
        Figures = figures;
    }

    internal TidepoolNamespace Vectors { get; }

    /// <summary>What loading and indexing cost.</summary>
    internal JsonObject Figures { get; }

    /// <summary>Opens the database that a former run kept, or loads a new one, and closes and reopens that.</summary>
    internal static async Task<AnnDatabase> OpenAsync(
        AnnSettings settings, VectorDataset data, Func<SpreadRanks> ranks, CancellationToken cancellationToken)
    {
        if (settings.Database is not { } folder)
        {
            IObjectStore store = BenchmarkStore.Open(settings.Store);
            JsonObject figures = await LoadAsync(store, settings, data, ranks(), cancellationToken);
            return await OpenAsync(store, settings, data, figures, cancellationToken);
        }

        // Written last: where it is, the database is whole.
        string record = Path.Combine(folder, "built.json");
        string contents = Contents(settings, data);
        string storeFolder = Path.Combine(folder, "store");
        if (!File.Exists(record))
        {
            IObjectStore store = BenchmarkStore.Open(storeFolder);
            JsonObject built = await LoadAsync(store, settings, data, ranks(), cancellationToken);
            built["contents"] = contents;
            await File.WriteAllTextAsync(record, built.ToJsonString(), cancellationToken);
        }

        JsonObject kept = JsonNode.Parse(await File.ReadAllTextAsync(record, cancellationToken))!.AsObject();
        string found = kept["contents"]!.GetValue<string>();
        kept.Remove("contents");
        return found == contents
            ? await OpenAsync(new FileObjectStore(storeFolder), settings, data, kept, cancellationToken)
            : throw new InvalidOperationException($"The database '{folder}' holds {found}; expected {contents}.");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static string Contents(AnnSettings settings, VectorDataset data) =>
        $"{data.Name}, {data.Vectors.Count} x {data.Vectors.Width}, {settings.Metric}, {settings.IndexKind}, "
        + $"{settings.Quantization}";

    private static async Task<AnnDatabase> OpenAsync(
        IObjectStore store,
        AnnSettings settings,
        VectorDataset data,
        JsonObject figures,
        CancellationToken cancellationToken)
    {
        TidepoolDatabase database = await TidepoolDatabase.OpenAsync(store, cancellationToken: cancellationToken);
        return new AnnDatabase(database, GetVectors(database, settings, data), figures);
    }

    private static TidepoolNamespace GetVectors(TidepoolDatabase database, AnnSettings settings, VectorDataset data) =>
        database.GetNamespace(Name, new NamespaceOptions
        {
            Vectors =
            {
                new VectorFieldOptions(data.Vectors.Width)
                {
                    Metric = settings.Metric,
                    IndexKind = settings.IndexKind,
                    Quantization = settings.Quantization,
                },
            },
        });

    private static async Task<JsonObject> LoadAsync(
        IObjectStore store,
        AnnSettings settings,
        VectorDataset data,
        SpreadRanks ranks,
        CancellationToken cancellationToken)
    {
        await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(
            store, cancellationToken: cancellationToken);
        TidepoolNamespace vectors = GetVectors(database, settings, data);
        double dataMegabytes = ProcessFigures.ResidentMegabytes;
        double cpuBefore = ProcessFigures.CpuSeconds;
        long started = Stopwatch.GetTimestamp();
        await vectors.ImportAsync(
            Documents(data, ranks),
            new ImportOptions { BatchSize = settings.Batch },
            cancellationToken: cancellationToken);
        TimeSpan ingest = Stopwatch.GetElapsedTime(started);
        double ingestCpu = ProcessFigures.CpuSeconds - cpuBefore;
        await vectors.CompactAsync(cancellationToken: cancellationToken);
        TimeSpan build = Stopwatch.GetElapsedTime(started);
        double buildCpu = ProcessFigures.CpuSeconds - cpuBefore;
        double peakMegabytes = ProcessFigures.PeakMegabytes;
        NamespaceStatistics statistics = await vectors.GetStatisticsAsync(cancellationToken);
        return new JsonObject
        {
            ["batch"] = settings.Batch,
            ["ingest_docs_per_s"] = Math.Round(data.Vectors.Count / ingest.TotalSeconds),
            ["build_s"] = Math.Round(build.TotalSeconds, 3),
            ["build_cpu_s"] = Math.Round(buildCpu, 3),

            // Of these, what came after the last write was acknowledged.
            ["index_s"] = Math.Round((build - ingest).TotalSeconds, 3),
            ["index_cpu_s"] = Math.Round(buildCpu - ingestCpu, 3),

            // Of the process, mapped files included, and before: the data set and the runtime.
            ["build_peak_rss_mb"] = Math.Round(peakMegabytes, 1),
            ["build_rss_before_mb"] = Math.Round(dataMegabytes, 1),
            ["segments"] = statistics.Segments,
            ["stored_bytes_per_vector"] = Math.Round((double)statistics.StoredBytes / data.Vectors.Count, 1),
        };
    }

    private static async IAsyncEnumerable<Document> Documents(VectorDataset data, SpreadRanks ranks)
    {
        await Task.CompletedTask;
        for (int row = 0; row < data.Vectors.Count; row++)
        {
            var document = new Document(row)
            {
                Vector = data.Vectors[row],
                [AnnFilter.CorrelatedAttribute] = ranks[row],
            };
            if (data.Attribute is { } attribute)
            {
                document[AnnFilter.RandomAttribute] = attribute[row];
            }

            yield return document;
        }
    }
}
