using NUnit.Framework;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>What forwards requests sends one twice, and answers with what the second one met.</summary>
[TestFixture]
internal sealed class RepeatedRequestTests : EngineFixture
{
    [Test]
    public async Task Write_RepeatedOnTheWayAndCollectedBeforeItIsRead_IsLoggedOnce()
    {
        var store = new FaultyObjectStore(Store);
        TidepoolNamespace writer = OpenNamespace(store);
        TidepoolNamespace other = OpenNamespace();
        await writer.UpsertAsync(MakeDocument(1));
        bool isCollected = false;
        store.BeforeRequest = async (operation, key) =>
        {
            if (operation == StoreOperation.Get && key.Contains("/wal/") && !isCollected)
            {
                isCollected = true;
                await other.CompactAsync();
                Clock.Advance(TimeSpan.FromHours(1));
                await other.CompactAsync(); // Collects the log.
            }
        };
        store.FailNext(StoreOperation.Put, "/wal/", StoreFault.RepeatedOnTheWay);

        WriteResult written = await writer.UpsertAsync(MakeDocument(2));

        Assert.That(isCollected, Is.True);
        Assert.That((written.Sequence, written.Upserted), Is.EqualTo((2, 1)));
        Assert.That((await writer.UpsertAsync(MakeDocument(3))).Sequence, Is.EqualTo(3), "it was not logged again");
    }
}
