using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Hosts whose clocks differ from the store's, stand still or jump: only the store's clock counts.</summary>
[TestFixture]
internal sealed class HostClockTests : EngineFixture
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(60);

    [Test]
    public async Task HostClock_YearsAhead_CollectsNothingThatIsYoungOnTheStores()
    {
        var ahead = new ManualTime();
        TidepoolNamespace documents = OpenOnHost(ahead);
        await documents.UpsertAsync(MakeDocument(1));
        await documents.CompactAsync();
        int stored = await CountObjectsAsync();

        ahead.Advance(TimeSpan.FromDays(1000));
        await documents.CompactAsync();

        Assert.That(await CountObjectsAsync(), Is.EqualTo(stored), "the log entry is young");
        Clock.Advance(s_window * 2);
        await documents.CompactAsync();
        Assert.That(await CountObjectsAsync(), Is.LessThan(stored), "the log entry is old");
    }

    [Test]
    public async Task HostClock_StoodStillOverTheWindow_TrustsNothingThatItKnew()
    {
        TidepoolNamespace suspended = OpenOnHost(new ManualTime());
        TidepoolNamespace busy = OpenNamespace();
        await suspended.UpsertAsync(MakeDocument(1));
        await busy.UpsertAsync(MakeDocument(2));
        await busy.CompactAsync();
        Clock.Advance(s_window * 2);
        await busy.CompactAsync(); // Collects the slot that the suspended one would read next.

        long[] read = await ScanIdsAsync(suspended);
        WriteResult written = await suspended.UpsertAsync(MakeDocument(3));

        Assert.That(read, Is.EqualTo([1, 2]));
        Assert.That(written.Sequence, Is.EqualTo(3));
        Assert.That(await ScanIdsAsync(busy), Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public async Task HostClock_DiffersAndJumps_EverythingIsAcknowledgedAndSeenByAll()
    {
        ManualTime[] clocks = [new(), new(), new()];
        TidepoolNamespace[] hosts = [.. clocks.Select(clock => OpenOnHost(clock))];
        DateTimeOffset start = Clock.GetUtcNow();
        var jumps = new Random(7);
        for (int i = 0; i < 60; i++)
        {
            clocks[i % 3].SetWall(start.AddDays(jumps.Next(-20_000, 20_000)));
            WriteResult written = await hosts[i % 3].UpsertAsync(MakeDocument(i));

            Assert.That(written.Sequence, Is.EqualTo(i + 1));
            if (i % 10 == 9)
            {
                await hosts[jumps.Next(3)].CompactAsync();
                Clock.Advance(s_window * jumps.Next(3));
            }
        }

        foreach (TidepoolNamespace documents in hosts)
        {
            Assert.That(await ScanIdsAsync(documents), Is.EqualTo(Enumerable.Range(0, 60)));
            Assert.That((await documents.VerifyAsync()).Problems, Is.Empty);
        }
    }

    private TidepoolNamespace OpenOnHost(ManualTime clock) =>
        OpenNamespace(configure: options => options.TimeProvider = clock);

    private async Task<int> CountObjectsAsync()
    {
        ObjectListing listing = await Store.ListAsync("d/");
        return listing.Objects.Count;
    }
}
