using NUnit.Framework;
using Tidepool.Engine;
using Tidepool.Index.Attributes;
using Tidepool.Model;
using Tidepool.Querying;
using Tidepool.Snapshots;

namespace Tidepool.Tests.Core.Engine;

internal sealed class SearchPlanTests : EngineFixture
{
    private static readonly float[] s_query = [3, 1, 0, 0];

    [Test]
    public async Task Search_SegmentAndTail_SaysSo()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(10));
        await documents.CompactAsync();
        await documents.UpsertAsync(MakeDocument(11));

        SearchResults<Document> all = await documents.SearchAsync(s_query, 5);
        SearchResults<Document> some = await documents.SearchAsync(
            s_query, 5, new SearchOptions { Filter = Filter.Field("value") == 99 });

        Assert.That(all.Statistics.Plan, Is.EqualTo("exact: 1 segment, 1 tail"));
        Assert.That(all.Statistics.VectorsScored, Is.EqualTo(11));
        Assert.That(all.Statistics.ExactScored, Is.EqualTo(11));
        Assert.That(all.Statistics.UnindexedScanned, Is.EqualTo(1));
        Assert.That(some.Statistics.Plan, Is.EqualTo("exact: 1 segment, 1 tail; filtered"));
        Assert.That(some, Is.Empty);
    }

    [Test]
    public async Task Search_FilterAfterDeleteAndOverwrite_SeesTheNewest()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(Enumerable.Range(0, 100).Select(id => MakeDocument(id, id % 2)));
        await documents.CompactAsync();
        Assert.That(await FindAsync(1), Is.EqualTo([1L, 3, 5, 7]));

        await documents.DeleteAsync(3);
        await documents.UpsertAsync(MakeDocument(5, 0));

        Assert.That(await FindAsync(1), Is.EqualTo([1L, 7, 9, 11]));
        Assert.That(await FindAsync(0), Is.EqualTo([0L, 2, 4, 5]));

        async Task<long[]> FindAsync(long value)
        {
            SearchResults<Document> found = await documents.SearchAsync(
                new float[] { 0, 1, 0, 0 },
                4,
                new SearchOptions { Filter = Filter.Field("value") == value, Field = "" });
            return [.. found.Select(hit => hit.Record.Id.TryGetInt64(out long id) ? id : -1).Order()];
        }
    }

    [TestCase(false, SearchEffort.Exact)]
    [TestCase(true, SearchEffort.Exact)]
    [TestCase(false, SearchEffort.Default)]
    [TestCase(true, SearchEffort.Default)]
    public async Task Search_OnceWarm_AllocatesNothingOfItsOwn(bool isFiltered, SearchEffort effort)
    {
        await using var database = new DatabaseEngine(
            Store, new TidepoolOptions { Compaction = { Enabled = false } }, isPrivate: true);
        NamespaceEngine documents = database.GetNamespace("n");
        var batch = new WriteBatch();
        foreach (Document document in MakeDocuments(5_000))
        {
            batch.Upsert(document);
        }

        await documents.Writes.WriteAsync(batch, writeOptions: null, declared: null, CancellationToken.None);
        await documents.Upkeep.CompactAsync(progress: null, CancellationToken.None);
        using PinnedSnapshot pin = await documents.PinAsync(ReadConsistency.Eventual, CancellationToken.None);
        VectorQuery query = QueryPlanner.Plan(
            s_query, 10, new SearchOptions { Effort = effort }, pin.Snapshot!.Schema, out _) with
        {
            Filter = isFiltered ? Predicate.Less("value", ColumnValue.FromInt64(4_000)) : null,
        };
        var executor = new QueryExecutor(new WorkerBudget(1), new FilterCache(1 << 20));

        long least = long.MaxValue; // The runtime may allocate on this thread, too, while it compiles.
        for (int run = 0; run < 200; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            SearchOutcome outcome = executor.Search(pin.Snapshot, query, CancellationToken.None);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.That(outcome.Work.IvfSegments == 1, Is.EqualTo(effort == SearchEffort.Default));
        }

        Assert.That(least, Is.Zero);
    }
}
