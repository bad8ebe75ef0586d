using NUnit.Framework;
using Tidepool.Engine;
using Tidepool.Index.Attributes;
using Tidepool.Model;
using Tidepool.Querying;
using Tidepool.Snapshots;

namespace Tidepool.Tests.Core.Engine;

/// <summary>The cache of filters holds nothing of segments that no state has any more.</summary>
internal sealed class FilterCacheLifeTests : EngineFixture
{
    private static readonly Predicate s_filter = Predicate.Less("value", ColumnValue.FromInt64(4));

    [Test]
    public async Task Search_SegmentsWereCompacted_KeepsNothingOfThemButWhereSomebodyReads()
    {
        await using var database = new DatabaseEngine(
            Store, new TidepoolOptions { Compaction = { Enabled = false } }, isPrivate: true);
        NamespaceEngine documents = database.GetNamespace("n");
        var cache = new FilterCache(1 << 20);
        var executor = new QueryExecutor(new WorkerBudget(1), cache);
        await WriteAsync(documents, 100);
        PinnedSnapshot reader = await documents.PinAsync(ReadConsistency.Strong, CancellationToken.None);
        Search(executor, reader.Snapshot!);
        Assert.That(cache.SegmentCount, Is.EqualTo(1));

        for (int round = 1; round < 4; round++)
        {
            await WriteAsync(documents, 100 + round);
            using PinnedSnapshot newest = await documents.PinAsync(ReadConsistency.Strong, CancellationToken.None);
            Search(executor, newest.Snapshot!);
        }

        Search(executor, reader.Snapshot!);
        Assert.That(cache.SegmentCount, Is.EqualTo(2), "what is read, and the newest");
        reader.Dispose();
        Assert.That(cache.SegmentCount, Is.EqualTo(1), "the newest");
        await database.DisposeAsync();
        Assert.That(cache.SizeBytes, Is.Zero);
    }

    private static void Search(QueryExecutor executor, Snapshot snapshot)
    {
        VectorQuery query = QueryPlanner.Plan(
            new float[] { 3, 1, 0, 0 }, 10, new SearchOptions(), snapshot.Schema, out _) with
        {
            Filter = s_filter,
        };
        executor.Search(snapshot, query, CancellationToken.None);
    }

    /// <summary>Writes all documents anew, and puts them into one segment.</summary>
    private static async Task WriteAsync(NamespaceEngine documents, int count)
    {
        var batch = new WriteBatch();
        foreach (Document document in MakeDocuments(count))
        {
            batch.Upsert(document);
        }

        await documents.Writes.WriteAsync(batch, writeOptions: null, declared: null, CancellationToken.None);
        await documents.Upkeep.CompactAsync(progress: null, CancellationToken.None);
    }
}
