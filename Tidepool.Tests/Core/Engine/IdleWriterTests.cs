using NUnit.Framework;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Writers that come back after longer than the grace window, while others went on.</summary>
[TestFixture]
internal sealed class IdleWriterTests : EngineFixture
{
    [Test]
    public async Task Write_AfterItsNextSlotWasCollected_HasAKnownOutcome()
    {
        TidepoolNamespace idle = OpenNamespace();
        TidepoolNamespace busy = OpenNamespace();
        await idle.UpsertAsync(MakeDocument(1));
        await busy.UpsertAsync(MakeDocument(2));
        await busy.CompactAsync();
        Clock.Advance(TimeSpan.FromMinutes(5));
        await busy.CompactAsync(); // Collects the slot that the idle one would try next.

        WriteResult written = await idle.UpsertAsync(MakeDocument(3));

        Assert.That(written.Sequence, Is.EqualTo(3));
        Assert.That(await ScanIdsAsync(busy), Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public async Task Drop_AfterItsNextSlotWasCollected_HasAKnownOutcome()
    {
        TidepoolNamespace idle = OpenNamespace();
        TidepoolNamespace busy = OpenNamespace();
        await idle.UpsertAsync(MakeDocument(1));
        await busy.UpsertAsync(MakeDocument(2));
        await busy.CompactAsync();
        Clock.Advance(TimeSpan.FromMinutes(5));
        await busy.CompactAsync();

        await idle.EnsureDeletedAsync();

        Assert.That(await busy.ExistsAsync(), Is.False);
    }
}
