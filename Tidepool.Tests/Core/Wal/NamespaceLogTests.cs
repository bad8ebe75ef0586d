using System.Buffers;
using NUnit.Framework;
using Tidepool.Model;
using Tidepool.Storage;
using Tidepool.Tests.Support;
using Tidepool.Wal;

namespace Tidepool.Tests.Core.Wal;

/// <summary>The log in peace: who writes, who reads, what it costs.</summary>
internal sealed class NamespaceLogTests : LogFixture
{
    [Test]
    public async Task Append_Committed_IsOnePutAndIsApplied()
    {
        LogProcess process = await OpenAsync();

        Guid batch = await process.AppendAsync();

        Assert.That(process.View, Is.EqualTo([batch]));
        Assert.That(process.Log.Head.Sequence, Is.EqualTo(1));
        Assert.That(process.Store.Requests, Is.EqualTo([(StoreOperation.Put, process.Keys.LogEntry(1))]));
    }

    [Test]
    public async Task CatchUp_Warm_IsOneGet()
    {
        LogProcess process = await OpenAsync();
        await process.AppendAsync();
        process.Store.ClearRequests();

        await process.Log.CatchUpAsync(default);

        Assert.That(process.Store.Requests, Is.EqualTo([(StoreOperation.Get, process.Keys.LogEntry(2))]));
    }

    [Test]
    public async Task CatchUp_ExclusiveStore_AsksNothing()
    {
        LogProcess process = await OpenAsync(GracePolicy.Exclusive);
        Guid batch = await process.AppendAsync();
        process.Store.ClearRequests();

        await process.Log.CatchUpAsync(default);

        Assert.That(process.View, Is.EqualTo([batch]));
        Assert.That(process.Store.Requests, Is.Empty);
    }

    [TestCase(1)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(300)]
    public async Task CatchUp_OthersWrote_AppliesAllInOrder(int count)
    {
        LogProcess writer = await OpenAsync();
        LogProcess reader = await OpenAsync();
        for (int i = 0; i < count; i++)
        {
            await writer.AppendAsync();
        }

        await reader.Log.CatchUpAsync(default);

        Assert.That(reader.View, Is.EqualTo(writer.View));
        Assert.That(reader.Log.Head, Is.EqualTo(writer.Log.Head));
    }

    [Test]
    public async Task CatchUp_LongTail_TakesFewSequentialRoundTrips()
    {
        LogProcess writer = await OpenAsync();
        LogProcess reader = await OpenAsync();
        for (int i = 0; i < 200; i++)
        {
            await writer.AppendAsync();
        }

        (_, int trips) = await RoundTrips.CountAsync(reader.Store, async () =>
        {
            await reader.Log.CatchUpAsync(default).ConfigureAwait(false);
            return 0;
        });

        // One slot, four, a listing, 64 + 64 + 64 + 3, a listing or the last slot: twelve leave room for none more.
        Assert.That(reader.View, Has.Count.EqualTo(200));
        Assert.That(trips, Is.LessThanOrEqualTo(12));
    }

    [Test]
    public async Task Append_OnAnOldHead_IsSupersededWithoutARequest()
    {
        LogProcess process = await OpenAsync();
        LogPosition old = process.Log.Head;
        await process.AppendAsync();
        process.Store.ClearRequests();

        AppendResult result = await process.Log.AppendAsync(WalEntryKind.Data, [], old, default);

        Assert.That(result, Is.EqualTo(AppendResult.Superseded));
        Assert.That(process.Store.Requests, Is.Empty);
    }

    [Test]
    public async Task Append_TwoWritersForOneSlot_OneLosesAndSeesTheOther()
    {
        LogProcess first = await OpenAsync();
        LogProcess second = await OpenAsync();
        Guid winner = await first.AppendAsync();
        var loser = Guid.NewGuid();

        AppendStatus status = await second.TryAppendAsync(loser);

        Assert.That(status, Is.EqualTo(AppendStatus.Superseded));
        Assert.That(second.View, Is.EqualTo([winner]));
        Assert.That(await second.TryAppendAsync(loser), Is.EqualTo(AppendStatus.Committed));
        await first.Log.CatchUpAsync(default);
        Assert.That(first.View, Is.EqualTo([winner, loser]));
    }

    [Test]
    public async Task Append_Fence_TakesASlotAndWritesNothing()
    {
        LogProcess process = await OpenAsync();

        AppendResult result = await process.Log.AppendAsync(WalEntryKind.Data, [], process.Log.Head, default);

        Assert.That(result, Is.EqualTo(AppendResult.Committed(1)));
        Assert.That(process.View, Is.Empty);
        Assert.That(process.Log.Head.Sequence, Is.EqualTo(1));
    }

    [Test]
    public async Task CatchUp_WhileOneIsUnderWay_WaitsForTheNextTogether()
    {
        LogProcess process = await OpenAsync(GracePolicy.Network(TimeSpan.FromSeconds(10)));
        LogProcess writer = await OpenAsync(GracePolicy.Network(TimeSpan.FromSeconds(10)));
        var sent = new SemaphoreSlim(0);
        var answers = new SemaphoreSlim(0);
        process.Store.BeforeRequest = async (_, _) =>
        {
            sent.Release();
            await answers.WaitAsync();
        };

        Task first = process.Log.CatchUpAsync(default).AsTask();
        await sent.WaitAsync();
        Guid batch = await writer.AppendAsync();
        Task[] later = [.. Enumerable.Range(0, 20).Select(_ => process.Log.CatchUpAsync(default).AsTask())];
        int sharedGets = process.Store.Requests.Length;
        answers.Release(1_000);
        await first;
        await Task.WhenAll(later);

        Assert.That(sharedGets, Is.EqualTo(1), "nobody sent a second request while the first was under way");
        Assert.That(process.View, Is.EqualTo([batch]));
        // At most: the first get with its entry, what follows an entry, and one more round.
        Assert.That(process.Store.CountRequests(StoreOperation.Get), Is.LessThanOrEqualTo(7));
    }

    [Test]
    public async Task CatchUp_JoinedRoundFails_TellsItsCallersAndNobodyElse()
    {
        LogProcess process = await OpenAsync(GracePolicy.Network(TimeSpan.FromSeconds(10)));
        process.Store.FailNext(StoreOperation.Get, "wal", StoreFault.LoseRequest);

        Assert.That(async () => await process.Log.CatchUpAsync(default), Throws.TypeOf<StorageException>());
        Assert.That(async () => await process.Log.CatchUpAsync(default), Throws.Nothing);
    }

    [Test]
    public async Task CatchUp_CallerCancels_OthersStillGetTheirAnswer()
    {
        LogProcess process = await OpenAsync(GracePolicy.Network(TimeSpan.FromSeconds(10)));
        var answers = new SemaphoreSlim(0);
        process.Store.BeforeRequest = async (_, _) => await answers.WaitAsync();
        using var cancellation = new CancellationTokenSource();

        Task patient = process.Log.CatchUpAsync(default).AsTask();
        Task impatient = process.Log.CatchUpAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        Assert.That(async () => await impatient, Throws.InstanceOf<OperationCanceledException>());
        answers.Release(100);
        Assert.That(async () => await patient, Throws.Nothing);
    }

    [Test]
    public async Task CatchUp_AfterTheWindow_AlsoAsksForTheBounds()
    {
        LogProcess process = await OpenAsync();
        await process.AppendAsync();
        PassTheWindow();
        process.Store.ClearRequests();

        await process.Log.CatchUpAsync(default);

        Assert.That(process.Store.Requests, Is.EquivalentTo(
        [
            (StoreOperation.Get, process.Keys.LogEntry(2)),
            (StoreOperation.Get, process.Keys.Manifest(1)),
            (StoreOperation.Get, LogProcess.Database.Record(LogProcess.Name, 2)),
        ]));
    }

    [Test]
    public async Task CatchUp_StoreThatTellsNoTime_AsksForTheBoundsEachTime()
    {
        LogProcess process = await OpenAsync();
        process.Store.HidesTime = true;
        for (int i = 0; i < 3; i++)
        {
            process.Store.ClearRequests();
            await process.Log.CatchUpAsync(default);
            Assert.That(process.Store.Requests, Has.Length.EqualTo(3));
        }
    }

    [Test]
    public async Task Append_StoreThatTellsNoTime_CommitsAfterACheck()
    {
        LogProcess process = await OpenAsync();
        process.Store.HidesTime = true;

        Guid batch = await process.AppendAsync();

        Assert.That(process.View, Is.EqualTo([batch]));
        Assert.That(process.Store.CountRequests(StoreOperation.Get), Is.GreaterThan(0));
    }

    [Test]
    public async Task Drop_EndsTheLogForEveryone()
    {
        LogProcess first = await OpenAsync();
        LogProcess second = await OpenAsync();

        await first.DropAsync();

        Assert.That(await first.TryAppendAsync(Guid.NewGuid()), Is.EqualTo(AppendStatus.Dropped));
        Assert.That(await second.TryAppendAsync(Guid.NewGuid()), Is.EqualTo(AppendStatus.Dropped));
        Assert.That(second.Log.IsDropped, Is.True);
        Assert.That(async () => await second.Log.CatchUpAsync(default), Throws.Nothing);
    }

    [Test]
    public async Task Reset_MissedMoreThanTheWindow_StartsFromTheNewestManifest()
    {
        LogProcess writer = await OpenAsync();
        LogProcess sleeper = await OpenAsync();
        await writer.AppendAsync();
        await WriteAndRecycleAsync(writer);
        await writer.AppendAsync();

        await sleeper.Log.CatchUpAsync(default);

        Assert.That(sleeper.Resets, Is.EqualTo(1));
        Assert.That(sleeper.View, Is.EqualTo(writer.View));
        Assert.That(sleeper.Log.Head, Is.EqualTo(writer.Log.Head));
    }

    [Test]
    public async Task TrimTail_AfterAFlush_BatchesAreFoundInTheHistory()
    {
        LogProcess process = await OpenAsync();
        List<Guid> batches = [];
        for (int i = 0; i < 600; i++)
        {
            batches.Add(await process.AppendAsync());
        }

        await process.FlushAsync();

        Assert.That(process.Log.TryFindBatch(batches[0], out _), Is.False, "trimmed");
        Assert.That(process.Log.TryFindBatch(batches[^1], out long last), Is.True, "the last few stay");
        Assert.That(last, Is.EqualTo(600));
        for (int i = 0; i < batches.Count; i++)
        {
            Assert.That(await process.Resolver.FindKnownAsync(batches[i], default), Is.EqualTo(i + 1));
        }
    }

    [TestCase("garbage")]
    [TestCase("empty")]
    [TestCase("another namespace")]
    [TestCase("another slot")]
    [TestCase("another predecessor")]
    public async Task CatchUp_SlotHoldsWhatDoesNotBelongThere_IsCorruptionAndNeverSkipped(string what)
    {
        LogProcess process = await OpenAsync();
        await process.AppendAsync();
        string key = process.Keys.LogEntry(2);
        LogPosition head = process.Log.Head;
        Guid id = process.Keys.NamespaceId;
        ReadOnlySequence<byte> content = what switch
        {
            "garbage" => new(new byte[100]),
            "empty" => default,
            "another namespace" => Encode(Guid.NewGuid(), head),
            "another slot" => Encode(id, head with { Sequence = 2 }),
            _ => Encode(id, head with { Hash = new ContentHash(1) }),
        };
        await Store.PutAsync(key, content);

        for (int i = 0; i < 2; i++)
        {
            Assert.That(
                async () => await process.Log.CatchUpAsync(default),
                Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(key));
        }

        Assert.That(
            async () => await process.TryAppendAsync(Guid.NewGuid()),
            Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(key));
        Assert.That(process.Log.Head, Is.EqualTo(head));

        static ReadOnlySequence<byte> Encode(Guid namespaceId, LogPosition previous) =>
            WalCodec.Encode(WalEntryKind.Data, namespaceId, Guid.NewGuid(), previous, []).Content;
    }

    [Test]
    public async Task CatchUp_SlotMissingBeforeOthers_IsCorruption()
    {
        LogProcess writer = await OpenAsync();
        LogProcess reader = await OpenAsync();
        for (int i = 0; i < 4; i++)
        {
            await writer.AppendAsync();
        }

        await Store.DeleteAsync([reader.Keys.LogEntry(3)]);

        Assert.That(
            async () => await reader.Log.CatchUpAsync(default),
            Throws.TypeOf<DataCorruptionException>()
                .With.Property("ObjectKey").EqualTo(reader.Keys.LogEntry(3)));
    }

    /// <summary>Slots that are written while they are read may look as if one were missing, each time another.
    /// </summary>
    [Test]
    public async Task CatchUp_SlotsAreWrittenWhileTheyAreRead_NoneIsCalledMissing()
    {
        LogProcess other = await OpenAsync();
        LogProcess reader = await OpenAsync();
        await other.AppendAsync();
        bool wroteItself = false;
        int looks = 0;
        reader.Store.BeforeRequest = async (operation, key) =>
        {
            if (operation == StoreOperation.Get && key == reader.Keys.LogEntry(3) && !wroteItself)
            {
                wroteItself = true;
                await reader.AppendAsync();
                await reader.AppendAsync();
            }
            else if (operation == StoreOperation.Get && key == reader.Keys.LogEntry(5) && ++looks == 2)
            {
                await other.Log.CatchUpAsync(default);
                await other.AppendAsync();
                await other.AppendAsync();
            }
        };

        await reader.Log.CatchUpAsync(default);

        Assert.That(wroteItself && looks > 1, Is.True);
        Assert.That(reader.Log.Head.Sequence, Is.EqualTo(5));
    }
}
