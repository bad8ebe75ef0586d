using NUnit.Framework;
using Tidepool.Engine;
using Tidepool.Index.Binary;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

internal sealed class IndexingTests : EngineFixture
{
    private const int IndexedCount = 5_000;

    private static readonly float[] s_query = [3, 1, 0, 0];

    [Test]
    public async Task WaitForIndexing_SegmentLargeEnough_IsRewrittenOnce()
    {
        var progress = new PhaseRecorder();
        TidepoolNamespace documents = OpenNamespace(configure: options => options.Compaction.Progress = progress);
        await documents.UpsertAsync(MakeDocuments(IndexedCount));

        await documents.WaitForIndexingAsync();
        await documents.WaitForIndexingAsync();

        Assert.That(progress.Count("compact"), Is.EqualTo(1));
        NamespaceStatistics statistics = await documents.GetStatisticsAsync();
        Assert.That((statistics.Segments, statistics.UnindexedDocuments), Is.EqualTo((1, 0)));
        Assert.That(await documents.CountAsync(), Is.EqualTo(IndexedCount));
    }

    [Test]
    public async Task WaitForIndexing_SegmentTooSmall_LeavesItAlone()
    {
        var progress = new PhaseRecorder();
        TidepoolNamespace documents = OpenNamespace(configure: options => options.Compaction.Progress = progress);
        await documents.UpsertAsync(MakeDocuments(4_095));

        await documents.WaitForIndexingAsync();

        Assert.That(progress.Count("compact"), Is.Zero);
        Assert.That((await documents.GetStatisticsAsync()).UnindexedDocuments, Is.Zero);
    }

    [Test]
    public async Task WaitForIndexing_AfterOtherIndexSettings_RewritesAgain()
    {
        var progress = new PhaseRecorder();
        TidepoolDatabase database = Open(configure: options => options.Compaction.Progress = progress);
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(IndexedCount));
        await documents.WaitForIndexingAsync();

        await database.GetNamespace("n", new NamespaceOptions
        {
            Vectors = { new(4) { IndexKind = VectorIndexKind.Ivf, Quantization = VectorQuantization.None } },
        }).EnsureExistsAsync();
        await documents.WaitForIndexingAsync();
        await documents.WaitForIndexingAsync();

        Assert.That(progress.Count("compact"), Is.EqualTo(2));
    }

    [Test]
    public async Task Background_NamespaceAtRest_IsIndexed()
    {
        var progress = new PhaseRecorder();
        TidepoolNamespace documents = OpenNamespace(configure: options =>
        {
            options.Compaction.Enabled = true;
            options.Compaction.FlushBytes = 64 << 10;
            options.Compaction.Progress = progress;
        });

        await documents.UpsertAsync(MakeDocuments(IndexedCount));
        while (progress.Count("compact") == 0)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }

        Assert.That(progress.Count("flush"), Is.GreaterThanOrEqualTo(1));
        Assert.That((await documents.SearchAsync(s_query, 3)).Count, Is.EqualTo(3));
    }

    [Test]
    public async Task CompactAsync_WhileTheBackgroundIndexes_TakesTheWorkOver()
    {
        using var isPaused = new ManualResetEventSlim();
        var isIndexing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var background = new PhaseRecorder(report =>
        {
            if (report.Phase == "index")
            {
                isIndexing.TrySetResult();
                isPaused.Wait();
            }
        });
        var foreground = new PhaseRecorder(report =>
        {
            if (report.Phase == "flush")
            {
                isPaused.Set(); // The pause begins before the flush.
            }
        });
        TidepoolNamespace documents = OpenNamespace(configure: options =>
        {
            options.Compaction.Enabled = true;
            options.Compaction.FlushBytes = 64 << 10;
            options.Compaction.Progress = background;
        });
        await documents.UpsertAsync(MakeDocuments(IndexedCount));
        while (!isIndexing.Task.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }

        await documents.UpsertAsync(MakeDocument(IndexedCount));
        await documents.CompactAsync(foreground);

        Assert.That((foreground.Count("compact"), background.Count("compact")), Is.EqualTo((1, 0)));
        Assert.That((await documents.GetStatisticsAsync()).Segments, Is.EqualTo(1));
        Assert.That(await documents.CountAsync(), Is.EqualTo(IndexedCount + 1));
    }

    [Test]
    public async Task DamagedIndex_IsReportedAndBuiltAnew()
    {
        var messages = new MessageRecorder();
        await using var database = new DatabaseEngine(
            Store,
            new TidepoolOptions { Compaction = { Enabled = false }, LoggerFactory = messages },
            isPrivate: true);
        NamespaceEngine documents = database.GetNamespace("n");
        var batch = new WriteBatch().Upsert(MakeDocument(1)).Upsert(MakeDocument(2));
        await documents.Writes.WriteAsync(batch, writeOptions: null, declared: null, CancellationToken.None);
        await documents.Upkeep.CompactAsync(progress: null, CancellationToken.None);
        documents.Open!.State.Current.Segments.Handles[0]
            .MarkIndexDamaged("", new SegmentFormatException("a cell is torn", 7));

        SearchResults<Document> found = await SearchAsync();
        await SearchAsync();
        DatabaseHealth health = await database.CheckHealthAsync(CancellationToken.None);

        Assert.That(found.Count, Is.EqualTo(2));
        Assert.That(found.Statistics.Plan, Is.EqualTo("exact: 1 segment, 1 index damaged"));
        Assert.That(messages.WithId(1206).Single(), Does.Contain("a cell is torn"));
        Assert.That(health.IsHealthy, Is.False);
        Assert.That(health.Description, Does.Contain("Damaged indexes of namespace 'n': 1."));
        Assert.That(health.Data["n.damaged.indexes"], Is.EqualTo(1));

        await documents.Upkeep.IndexAsync(CancellationToken.None);

        Assert.That((await SearchAsync()).Statistics.Plan, Is.EqualTo("exact: 1 segment"));
        Assert.That((await database.CheckHealthAsync(CancellationToken.None)).IsHealthy, Is.True);

        Task<SearchResults<Document>> SearchAsync() =>
            documents.Reads.SearchAsync(s_query, 5, options: null, CancellationToken.None);
    }

    [Test]
    public async Task Search_WhileDocumentsChange_HitsMatchTheFilter()
    {
        const int Count = 300;
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(Enumerable.Range(0, Count).Select(id => MakeDocument(id, id % 3)));
        await documents.CompactAsync();
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(value => Task.Run(() => ReadAsync(value)))];

        for (int round = 1; round <= 40; round++)
        {
            await documents.UpsertAsync(
                Enumerable.Range(0, 20).Select(i => MakeDocument((i * 7) + round, (i + round) % 3)));
            if (round % 10 == 0)
            {
                await documents.CompactAsync();
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.That(await documents.CountAsync(), Is.EqualTo(Count));

        async Task ReadAsync(int value)
        {
            var options = new SearchOptions { Filter = Filter.Field("value") == value };
            while (!stop.IsCancellationRequested)
            {
                SearchResults<Document> found = await documents.SearchAsync(s_query, 20, options);
                Assert.That(found.Select(hit => hit.Record["value"]), Is.All.EqualTo((AttributeValue)value));
                Assert.That(found.Select(hit => hit.Record.Id).Distinct().Count(), Is.EqualTo(20));
            }
        }
    }
}
