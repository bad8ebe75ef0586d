using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Tidepool.Tests.Torture;

/// <summary>Writes, deletes and queries one namespace for long, at a gentle pace, while the background flushes,
/// compacts and collects; each minute ends with a rest, and then nothing may have grown.</summary>
internal sealed class SoakRun(SoakOptions options, TextWriter log)
{
    private const int BatchSize = 30;
    private const int FirstBatchSize = 500;
    private const int NearestCount = 10;
    private static readonly TimeSpan s_cycle = TimeSpan.FromMinutes(1);

    private readonly Random _random = new(options.Seed);
    private readonly Dictionary<long, long> _model = []; // Version by id.
    private readonly SoakCounts _counts = new();
    private readonly List<SoakSample> _samples = [];
    private long _version;

    internal async Task<SoakReport> RunAsync()
    {
        TidepoolOptions settings = new()
        {
            GraceWindow = options.GraceWindow,
            OrphanAge = options.GraceWindow * 10,
            Compaction =
            {
                FlushBytes = 1 << 20,
                MaxSegmentBytes = 16 << 20,
                IdleDelay = TimeSpan.FromSeconds(1),
            },
        };
        using MeterListener jobs = ListenToJobs();
        await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(options.Store, settings);
        TidepoolNamespace documents = database.GetNamespace("soak", new NamespaceOptions
        {
            Vectors = { new VectorFieldOptions(SoakDocument.Dimensions) { Metric = DistanceMetric.EuclideanDistance } },
        });
        long started = Stopwatch.GetTimestamp();
        await FillAsync(documents);
        do
        {
            await WorkAsync(documents);
            await Task.Delay(s_cycle - options.Work);
            _samples.Add(SoakSample.Take(
                Stopwatch.GetElapsedTime(started), (long)_model.Count * SoakDocument.SizeBytes, options.Store));
            log.WriteLine($"{_samples[^1]}, {_samples[^1].Ratio:F2}, {_counts.Jobs}");
            Compare("count", await documents.CountAsync(), _model.Count);
            _counts.Reads++;
        }
        while (_samples[^1].At.TotalMinutes < options.Minutes);

        await CheckAsync(documents);
        _counts.Documents = _model.Count;
        return new SoakReport(options, _samples, _counts);
    }

    private MeterListener ListenToJobs()
    {
        MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Name == "tidepool.job.duration")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach ((string name, object? value) in tags)
            {
                if (name == "tidepool.job")
                {
                    _counts.OnJob($"{value}");
                }
            }
        });
        listener.Start();
        return listener;
    }

    private async Task FillAsync(TidepoolNamespace documents)
    {
        for (int first = 0; first < options.Documents; first += FirstBatchSize)
        {
            await UpsertAsync(documents, Enumerable.Range(first, FirstBatchSize).Select(id => (long)id));
        }
    }

    private async Task WorkAsync(TidepoolNamespace documents)
    {
        long started = Stopwatch.GetTimestamp();
        for (int step = 0; Stopwatch.GetElapsedTime(started) < options.Work; step++)
        {
            await UpsertAsync(documents, PickIds(BatchSize));
            if (step % 5 == 0)
            {
                long[] ids = [.. PickIds(BatchSize)];
                await documents.DeleteAsync(ids.Select(id => (DocumentId)id));
                _counts.Deleted += ids.Count(_model.Remove);
            }

            if (step % 50 == 0)
            {
                long year = _random.Next(SoakDocument.Years);
                await documents.DeleteAsync(Filter.Field("year") == year);
                foreach ((long id, long version) in _model)
                {
                    _counts.Deleted += SoakDocument.YearOf(version) == year && _model.Remove(id) ? 1 : 0;
                }
            }

            await ReadAsync(documents);
            await Task.Delay(options.Pace);
        }
    }

    private IEnumerable<long> PickIds(int count) =>
        Enumerable.Range(0, count).Select(_ => _random.NextInt64(options.Documents)).Distinct();

    private async Task UpsertAsync(TidepoolNamespace documents, IEnumerable<long> ids)
    {
        long version = ++_version;
        long[] written = [.. ids];
        await documents.UpsertAsync(written.Select(id => SoakDocument.Create(id, version)));
        foreach (long id in written)
        {
            _model[id] = version;
        }

        _counts.Written += written.Length;
    }

    private async Task ReadAsync(TidepoolNamespace documents)
    {
        long id = _random.NextInt64(options.Documents);
        Document? found = await documents.GetAsync(id);
        Compare($"get {id}", found?["version"].As<long>(), _model.TryGetValue(id, out long version) ? version : null);

        float[] query = SoakDocument.VectorOf(id, version);
        SearchResults<Document> near = await documents.SearchAsync(query, NearestCount);
        Compare("search", near.Count(hit => !IsOfModel(hit.Record)), 0);
        long year = SoakDocument.YearOf(version);
        SearchResults<Document> filtered = await documents.SearchAsync(
            query, NearestCount, new SearchOptions { Filter = Filter.Field("year") == year });
        Compare(
            "search with a filter",
            filtered.Count(hit => !IsOfModel(hit.Record) || hit.Record["year"].As<long>() != year),
            0);
        _counts.Reads += 3;
    }

    private bool IsOfModel(Document document) =>
        document.Id.TryGetInt64(out long id)
        && _model.TryGetValue(id, out long version)
        && document["version"].As<long>() == version;

    /// <summary>Every document, and every stored byte.</summary>
    private async Task CheckAsync(TidepoolNamespace documents)
    {
        int scanned = 0;
        int wrong = 0;
        await foreach (Document document in documents.ScanAsync())
        {
            scanned++;
            wrong += IsOfModel(document) ? 0 : 1;
        }

        Compare("documents scanned", scanned, _model.Count);
        Compare("documents of other versions", wrong, 0);
        _counts.Problems.AddRange((await documents.VerifyAsync()).Problems.Select(problem => $"{problem}"));
    }

    private void Compare(string what, long? found, long? expected)
    {
        if (found != expected)
        {
            _counts.Problems.Add($"{what}: {found?.ToString() ?? "none"}; expected {expected?.ToString() ?? "none"}");
        }
    }
}
