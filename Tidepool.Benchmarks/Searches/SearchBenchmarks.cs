using BenchmarkDotNet.Attributes;
using Tidepool.Storage.InMemory;

namespace Tidepool.Benchmarks.Searches;

/// <summary>Whole searches through the public API, on the in-memory store: what they take, and what they
/// allocate.</summary>
/// <remarks>Ten hits are what an answer is made of; whatever is allocated beyond grows with none of the
/// parameters.</remarks>
[MemoryDiagnoser]
public class SearchBenchmarks : IAsyncDisposable
{
    private const int Count = 20_000;
    private const int Dimensions = 64;
    private const int Clusters = 200;

    private TidepoolDatabase? _database;
    private TidepoolNamespace _documents = null!;
    private float[] _query = [];
    private SearchOptions _options = new();

    [Params(VectorIndexKind.Flat, VectorIndexKind.Ivf, VectorIndexKind.Hnsw)]
    public VectorIndexKind Index { get; set; }

    [Params(false, true)]
    public bool Filtered { get; set; }

    [Params(10, 100)]
    public int Top { get; set; }

    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult(); // Not awaited where benchmarks run in this process.

    private async Task SetupAsync()
    {
        _database = new TidepoolDatabase(new InMemoryObjectStore(), new TidepoolOptions());
        _documents = _database.GetNamespace("documents", new NamespaceOptions
        {
            Vectors = { new VectorFieldOptions(Dimensions) { IndexKind = Index } },
        });
        var random = new Random(1);
        float[][] centers = [.. Enumerable.Range(0, Clusters).Select(_ => MakeVector(random, new float[Dimensions]))];
        await _documents.UpsertAsync(Enumerable.Range(0, Count).Select(id => new Document(id)
        {
            Vector = MakeVector(random, centers[id % Clusters]),
            ["half"] = (long)(random.Next() & 1),
        }));
        await _documents.CompactAsync();
        _query = MakeVector(random, centers[7]);
        _options = new SearchOptions
        {
            IncludeAttributes = false,
            Filter = Filtered ? Filter.Field("half") == 1 : null,
        };
    }

    [GlobalCleanup]
    public void CleanUp() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public Task<SearchResults<Document>> Search() => _documents.SearchAsync(_query, Top, _options);

    private static float[] MakeVector(Random random, float[] center) =>
        [.. center.Select(value => value + random.NextSingle() - 0.5f)];
}
