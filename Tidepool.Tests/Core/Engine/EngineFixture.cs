using NUnit.Framework;
using Tidepool.Cleanup;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Databases over one store, whose clock, like theirs, stands still until a test moves it.</summary>
internal abstract class EngineFixture
{
    private readonly List<TidepoolDatabase> _databases = [];

    protected ManualTime Clock { get; private set; } = null!;

    protected InMemoryObjectStore Store { get; private set; } = null!;

    [SetUp]
    public void SetUpStore()
    {
        Clock = new ManualTime();
        Store = new InMemoryObjectStore(Clock);
    }

    [TearDown]
    public async Task CloseDatabases()
    {
        foreach (TidepoolDatabase database in _databases)
        {
            await database.DisposeAsync();
        }

        _databases.Clear();
    }

    /// <summary>Another database over a store, by default the test's; without background work unless told otherwise.
    /// </summary>
    protected TidepoolDatabase Open(IObjectStore? store = null, Action<TidepoolOptions>? configure = null)
    {
        var options = new TidepoolOptions { TimeProvider = Clock, Compaction = { Enabled = false } };
        configure?.Invoke(options);
        var database = new TidepoolDatabase(store ?? Store, options);
        _databases.Add(database);
        return database;
    }

    /// <summary>The namespace that most tests use.</summary>
    protected TidepoolNamespace OpenNamespace(IObjectStore? store = null, Action<TidepoolOptions>? configure = null) =>
        Open(store, configure).GetNamespace("n");

    /// <summary>Deletes what namespaces left behind that were dropped longer ago than the grace window.</summary>
    protected async Task CollectDroppedAsync()
    {
        var keys = new DatabaseKeys("");
        var registry = new NamespaceRegistry(Store, keys);
        await new DatabaseCollector(Store, keys, registry, GracePolicy.Local).RunAsync(default);
    }

    protected static Document MakeDocument(long id, long value = 0) =>
        new(id) { Vector = new float[] { id, 1, 0, 0 }, ["value"] = value };

    protected static IEnumerable<Document> MakeDocuments(int count) =>
        Enumerable.Range(0, count).Select(id => MakeDocument(id));

    protected static async Task<long[]> ScanIdsAsync(TidepoolNamespace documents, ReadConsistency consistency = default)
    {
        var ids = new List<long>();
        await foreach (Document document in documents.ScanAsync(
            options: new ScanOptions { Consistency = consistency }))
        {
            ids.Add(document.Id.TryGetInt64(out long id) ? id : -1);
        }

        return [.. ids];
    }
}
