using NUnit.Framework;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Who stops waiting for a write that is being stored, and asks what became of it, gets an answer that stays
/// true.</summary>
[TestFixture]
internal sealed class AbandonedWriteTests : EngineFixture
{
    [TestCase("/wal/", false, Description = "it is under way to a slot that another process takes")]
    [TestCase("/wal/", true, Description = "the same, of a namespace that is dropped")]
    [TestCase("ns/", true, Description = "its namespace was dropped, and is being created anew")]
    public async Task Write_CallerHearsThatItIsNotCommitted_IsNotTriedAgain(string heldUp, bool isDropped)
    {
        var store = new FaultyObjectStore(Store);
        TidepoolNamespace writer = OpenNamespace(store);
        TidepoolNamespace other = OpenNamespace();
        await writer.UpsertAsync(MakeDocument(1));
        if (isDropped)
        {
            await other.EnsureDeletedAsync();
        }

        var gate = new StoreGate(store, StoreOperation.Put, heldUp);
        using var leaving = new CancellationTokenSource();
        Task<WriteResult> writing = writer.UpsertAsync(MakeDocument(2), cancellationToken: leaving.Token);
        await gate.Reached;
        await leaving.CancelAsync();
        CommitOutcomeUnknownException? doubt = Assert.ThrowsAsync<CommitOutcomeUnknownException>(() => writing);

        Assert.That(await other.ResolveAsync(doubt!.BatchId), Is.Null);
        gate.Open();
        await writer.UpsertAsync(MakeDocument(3)); // Comes after whatever is left of the one before.

        Assert.That(await ScanIdsAsync(OpenNamespace()), Is.EquivalentTo(isDropped ? [3] : new long[] { 1, 3 }));
        Assert.That(await OpenNamespace().ResolveAsync(doubt.BatchId), Is.Null);
    }

    [Test]
    public async Task Drop_CallerLeavesAndTheNamespaceIsCreatedAnew_DropsNothingMore()
    {
        var store = new FaultyObjectStore(Store);
        TidepoolNamespace dropper = OpenNamespace(store);
        TidepoolNamespace other = OpenNamespace();
        await dropper.UpsertAsync(MakeDocument(1));
        var gate = new StoreGate(store, StoreOperation.Put, "/wal/");
        using var leaving = new CancellationTokenSource();
        Task dropping = dropper.EnsureDeletedAsync(leaving.Token);
        await gate.Reached;
        await leaving.CancelAsync();
        Assert.ThrowsAsync<CommitOutcomeUnknownException>(() => dropping);

        await other.EnsureDeletedAsync();
        await other.UpsertAsync(MakeDocument(2));
        gate.Open();
        await dropper.UpsertAsync(MakeDocument(3));

        Assert.That(await ScanIdsAsync(OpenNamespace()), Is.EquivalentTo([2, 3]));
    }
}
