using NUnit.Framework;
using Tidepool.Cleanup;
using Tidepool.Namespaces;
using Tidepool.Recovery;
using Tidepool.Storage;
using Tidepool.Tests.Support;
using Tidepool.Wal;

namespace Tidepool.Tests.Core.Wal;

/// <summary>The failure matrix of docs/protocol.md, as far as it concerns the log, on the real thing.</summary>
internal sealed class LogFaultTests : LogFixture
{
    [Test]
    public async Task Append_Refused_IsADefiniteFailure()
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, "wal", StoreFault.Refuse);
        var batch = Guid.NewGuid();

        Assert.That(
            async () => await process.TryAppendAsync(batch),
            Throws.TypeOf<StorageException>().With.Property("IsTransient").False);
        Assert.That(await process.TryAppendAsync(batch), Is.EqualTo(AppendStatus.Committed));
    }

    [Test]
    public async Task Append_LostRequest_IsUnknownUntilItsSlotIsTaken()
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, "wal", StoreFault.LoseRequest);

        Guid batch = process.AppendToUnknown();

        Assert.That(await OutcomeAsync(process, batch), Is.EqualTo(BatchOutcome.StillOpen));
        Guid next = await process.AppendAsync();
        Assert.That(await OutcomeAsync(process, batch), Is.EqualTo(BatchOutcome.NotCommitted));
        Assert.That(process.View, Is.EqualTo([next]));
    }

    [TestCase(StoreFault.LoseReply)]
    [TestCase(StoreFault.RetryAfterLostReply)]
    [TestCase(StoreFault.RetryAfterLostRequest)]
    [TestCase(StoreFault.RepeatedOnTheWay)]
    public async Task Append_LostReply_IsFoundOut(object fault)
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, "wal", (StoreFault)fault);

        Guid batch = await process.AppendAsync();

        Assert.That(process.View, Is.EqualTo([batch]));
    }

    [Test]
    public async Task Append_LostReplyAndStoreGone_IsUnknownAndResolvedLater()
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, "wal", StoreFault.LoseReply);
        process.Store.FailNext(StoreOperation.Get, "wal", StoreFault.LoseRequest);

        Guid batch = process.AppendToUnknown();

        Assert.That(await process.Resolver.ResolveAsync(batch, fence: 0, default), Is.EqualTo(
            new BatchLookup(BatchOutcome.Committed, 1)));
        Assert.That(process.View, Is.EqualTo([batch]));
    }

    [Test]
    public async Task Append_ProcessDiesAfterALostReply_AnotherFindsTheBatchOnce()
    {
        LogProcess dying = await OpenAsync();
        dying.Store.FailNext(StoreOperation.Put, "wal", StoreFault.LoseReply);
        dying.Store.FailNext(StoreOperation.Get, "wal", StoreFault.LoseRequest);
        Guid batch = dying.AppendToUnknown();

        LogProcess heir = await OpenAsync();

        Assert.That(heir.View, Is.EqualTo([batch]));
        Assert.That(await OutcomeAsync(heir, batch), Is.EqualTo(BatchOutcome.Committed));
        await heir.FlushAsync();
        LogProcess second = await OpenAsync();
        Assert.That(await second.Resolver.FindKnownAsync(batch, default), Is.EqualTo(1), "below the floor, too");
    }

    [Test]
    public async Task Append_CancelledWhileUnderWay_IsUnknownAndResolvedLater()
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, "wal", StoreFault.CancelAfterApplying);

        Guid batch = process.AppendToUnknown();

        Assert.That(await OutcomeAsync(process, batch), Is.EqualTo(BatchOutcome.Committed));
    }

    [Test]
    public async Task Append_CancelledBefore_IsNotSent()
    {
        LogProcess process = await OpenAsync();

        Assert.That(
            async () => await process.TryAppendAsync(Guid.NewGuid(), new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(process.Store.Requests, Is.Empty);
    }

    [Test]
    public async Task Append_DelayedPutArrivesAfterItsSlotWasTaken_HasNoEffect()
    {
        LogProcess first = await OpenAsync();
        LogProcess second = await OpenAsync();
        first.Store.FailNext(StoreOperation.Put, "wal", StoreFault.Delay);
        Guid lost = first.AppendToUnknown();
        Guid winner = await second.AppendAsync();

        await first.Store.DeliverAsync();

        Assert.That(await OutcomeAsync(first, lost), Is.EqualTo(BatchOutcome.NotCommitted));
        Assert.That(first.View, Is.EqualTo([winner]));
    }

    [Test]
    public async Task Append_DelayedPutArrivesFirst_TheNextAppendLosesToIt()
    {
        LogProcess process = await OpenAsync();
        process.Store.FailNext(StoreOperation.Put, "wal", StoreFault.Delay);
        Guid delayed = process.AppendToUnknown();
        await process.Store.DeliverAsync();

        AppendStatus status = await process.TryAppendAsync(Guid.NewGuid());

        Assert.That(status, Is.EqualTo(AppendStatus.Superseded));
        Assert.That(process.View, Is.EqualTo([delayed]));
        Assert.That(await OutcomeAsync(process, delayed), Is.EqualTo(BatchOutcome.Committed));
    }

    [Test]
    public async Task Append_DelayedPutArrivesInARecycledSlot_IsAGhostThatNobodyReads()
    {
        LogProcess sleeper = await OpenAsync();
        LogProcess writer = await OpenAsync();
        sleeper.Store.FailNext(StoreOperation.Put, "wal", StoreFault.Delay);
        Guid ghost = sleeper.AppendToUnknown();
        Guid batch = await WriteAndRecycleAsync(writer);

        await sleeper.Store.DeliverAsync();
        await sleeper.Log.CatchUpAsync(default);
        LogProcess fresh = await OpenAsync();

        Assert.That(sleeper.View, Is.EqualTo([batch]));
        Assert.That(fresh.View, Is.EqualTo([batch]));
        Assert.That(await OutcomeAsync(sleeper, ghost), Is.EqualTo(BatchOutcome.NotCommitted));
        Assert.That((await writer.CollectAsync()).LogEntries, Is.EqualTo(1), "the ghost goes, too");
    }

    [Test]
    public async Task CatchUp_GhostInTheNextSlotOfAStaleReader_IsNotApplied()
    {
        LogProcess reader = await OpenAsync();
        LogProcess sleeper = await OpenAsync();
        LogProcess writer = await OpenAsync();
        sleeper.Store.FailNext(StoreOperation.Put, "wal", StoreFault.Delay);
        sleeper.AppendToUnknown();
        Guid batch = await WriteAndRecycleAsync(writer);
        await sleeper.Store.DeliverAsync();

        await reader.Log.CatchUpAsync(default);

        Assert.That(reader.View, Is.EqualTo([batch]));
    }

    [Test]
    public async Task Append_WriterPausedOverTheWindowInARecycledSlot_IsUnknown()
    {
        LogProcess paused = await OpenAsync();
        LogProcess writer = await OpenAsync();
        Guid batch = await WriteAndRecycleAsync(writer);

        Guid ghost = paused.AppendToUnknown();

        Assert.That(paused.View, Is.EqualTo([batch]));
        Assert.That(await OutcomeAsync(paused, ghost), Is.EqualTo(BatchOutcome.NotCommitted));
        Guid next = await paused.AppendAsync();
        await writer.Log.CatchUpAsync(default);
        Assert.That(writer.View, Is.EqualTo([batch, next]));
    }

    [Test]
    public async Task Append_WriterPausedOverTheWindowAndNothingHappened_Commits()
    {
        LogProcess process = await OpenAsync();
        Guid first = await process.AppendAsync();
        PassTheWindow();

        Guid second = await process.AppendAsync();

        Assert.That(process.View, Is.EqualTo([first, second]));
    }

    [Test]
    public async Task Append_WriterPausedOverTheWindowAndOthersWrote_LosesTheSlot()
    {
        LogProcess paused = await OpenAsync();
        LogProcess writer = await OpenAsync();
        Guid batch = await writer.AppendAsync();
        await writer.FlushAsync();
        PassTheWindow(); // The slot could be deleted, but nobody has.

        AppendStatus status = await paused.TryAppendAsync(Guid.NewGuid());

        Assert.That(status, Is.EqualTo(AppendStatus.Overtaken));
        Assert.That(paused.View, Is.EqualTo([batch]));
    }

    [Test]
    public async Task Append_ConditionFailsOnAGhostWhileAnAttemptIsInDoubt_IsUnknown()
    {
        LogProcess writer = await OpenAsync();
        LogProcess other = await OpenAsync();
        LogProcess sleeper = await OpenAsync();
        sleeper.Store.FailNext(StoreOperation.Put, "wal", StoreFault.Delay);
        sleeper.AppendToUnknown();
        writer.Store.FailNext(StoreOperation.Put, "wal", StoreFault.RetryAfterLostReply);
        writer.Store.BetweenAttempts = async () =>
        {
            // The first attempt was applied: others consume it, its slot is recycled, and a ghost takes it.
            await other.Log.CatchUpAsync(default);
            await WriteAndRecycleAsync(other);
            await sleeper.Store.DeliverAsync();
        };

        Guid batch = writer.AppendToUnknown();

        Assert.That(writer.View.Count(id => id == batch), Is.EqualTo(1), "it was committed after all");
        Assert.That(writer.View, Is.EqualTo(other.View));
        Assert.That(await OutcomeAsync(writer, batch), Is.EqualTo(BatchOutcome.Committed));
    }

    [Test]
    public async Task Append_NamespaceDroppedAndDeletedWhilePaused_IsUnknown()
    {
        LogProcess paused = await OpenAsync();
        LogProcess dropper = await OpenAsync();
        await dropper.DropAsync();
        PassTheWindow();
        var registry = new NamespaceRegistry(Store, LogProcess.Database);
        var collector = new DatabaseCollector(Store, LogProcess.Database, registry, Policy);
        Assert.That((await collector.RunAsync(default)).Dropped, Is.GreaterThan(0));

        paused.AppendToUnknown();

        Assert.That(paused.View, Is.Empty);
        Assert.That(paused.Log.IsDropped, Is.True);
    }

    /// <summary>Slots that are there say where the log goes on, not that no manifest has consumed them: they start no
    /// new window.</summary>
    [Test]
    public async Task Append_AfterReadingAPartOfAConsumedLog_IsNotAcknowledgedInARecycledSlot()
    {
        LogProcess reader = await OpenAsync();
        await reader.AppendAsync();
        LogProcess writer = await OpenAsync();
        for (int slot = 2; slot <= 10; slot++)
        {
            await writer.AppendAsync();
        }

        await writer.FlushAsync();
        Clock.Advance(Policy.Window / 2);
        reader.Store.FailNext(StoreOperation.Get, reader.Keys.LogEntry(8), StoreFault.LoseRequest);
        Assert.CatchAsync<StorageException>(() => reader.Log.CatchUpAsync(default).AsTask());
        Assert.That(reader.Log.Head.Sequence, Is.EqualTo(6), "the rest of the log has not been read");
        Clock.Advance(Policy.Window * 0.7);
        Assert.That((await writer.CollectAsync()).LogEntries, Is.EqualTo(10));

        reader.AppendToUnknown(); // Into slot 7, which is free once more.

        Assert.That(reader.Log.Head.Sequence, Is.EqualTo(10));
    }

    /// <summary>What was written before the drop must not be written again after it.</summary>
    [Test]
    public async Task Append_CommittedBeforeADropThatWasDeletedWhilePaused_IsUnknown()
    {
        LogProcess paused = await OpenAsync();
        paused.Store.FailNext(StoreOperation.Put, "wal", StoreFault.LoseReply);
        paused.Store.FailNext(StoreOperation.Get, "wal", StoreFault.LoseRequest);
        Guid first = paused.AppendToUnknown();
        LogProcess dropper = await OpenAsync();
        Assert.That(dropper.View, Is.EqualTo([first]));
        await dropper.DropAsync();
        PassTheWindow();
        var registry = new NamespaceRegistry(Store, LogProcess.Database);
        await new DatabaseCollector(Store, LogProcess.Database, registry, Policy).RunAsync(default);

        paused.AppendToUnknown();

        Assert.That(paused.Log.IsDropped, Is.True);
    }

    [Test]
    public async Task CatchUp_NamespaceDroppedAndDeletedWhilePaused_SaysSo()
    {
        LogProcess paused = await OpenAsync();
        LogProcess dropper = await OpenAsync();
        await dropper.DropAsync();
        PassTheWindow();
        var registry = new NamespaceRegistry(Store, LogProcess.Database);
        await new DatabaseCollector(Store, LogProcess.Database, registry, Policy).RunAsync(default);

        await paused.Log.CatchUpAsync(default);

        Assert.That(paused.Log.IsDropped, Is.True);
    }

    [Test]
    public async Task Resolve_StrangersBatch_NeedsAFence()
    {
        LogProcess process = await OpenAsync();
        var batch = Guid.NewGuid();

        Assert.That(await OutcomeAsync(process, batch), Is.EqualTo(BatchOutcome.StillOpen));
        AppendResult fence = await process.Log.AppendAsync(WalEntryKind.Data, [], process.Log.Head, default);

        Assert.That(
            (await process.Resolver.ResolveAsync(batch, fence.Sequence, default)).Outcome,
            Is.EqualTo(BatchOutcome.NotCommitted));
    }

    [Test]
    public async Task Append_ExclusiveStoreWithALostReply_ReadsBeforeItAnswers()
    {
        LogProcess process = await OpenAsync(Tidepool.Model.GracePolicy.Exclusive);
        process.Store.FailNext(StoreOperation.Put, "wal", StoreFault.LoseReply);
        process.Store.FailNext(StoreOperation.Get, "wal", StoreFault.LoseRequest);
        Guid batch = process.AppendToUnknown();

        await process.Log.CatchUpAsync(default);

        Assert.That(process.View, Is.EqualTo([batch]));
    }

    private static async Task<BatchOutcome> OutcomeAsync(LogProcess process, Guid batch) =>
        (await process.Resolver.ResolveAsync(batch, fence: 0, default)).Outcome;
}
