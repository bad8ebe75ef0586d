using System.Buffers;
using NUnit.Framework;
using Tidepool.Model;
using Tidepool.Recovery;
using Tidepool.Storage;
using Tidepool.Tests.Core.Wal;
using Tidepool.Wal;

namespace Tidepool.Tests.Core.Recovery;

internal sealed class PastLogTests : LogFixture
{
    private readonly List<long> _applied = [];

    [SetUp]
    public void ForgetWhatWasApplied() => _applied.Clear();

    [Test]
    public async Task Read_WithinTheLog_HandsOutTheEntriesWanted()
    {
        LogProcess process = await OpenAsync();
        LogPosition[] positions = await AppendAsync(process, 40);

        Assert.That(await ReadAsync(process, positions[2], through: 30), Is.True);
        Assert.That(_applied, Is.EqualTo(Enumerable.Range(3, 28)));
    }

    [Test]
    public async Task Read_NothingWanted_AsksForNothing()
    {
        LogProcess process = await OpenAsync();
        LogPosition[] positions = await AppendAsync(process, 3);
        process.Store.ClearRequests();

        Assert.That(await ReadAsync(process, positions[2], through: 2), Is.True);
        Assert.That(process.Store.Requests, Is.Empty);
    }

    [Test]
    public async Task Read_LastEntry_NeedsItsHash()
    {
        LogProcess process = await OpenAsync();
        LogPosition[] positions = await AppendAsync(process, 3);

        Assert.That(await ReadAsync(process, LogPosition.Start, through: 3), Is.False, "nothing proves that it is it");
        Assert.That(await ReadAsync(process, LogPosition.Start, through: 3, positions[3].Hash), Is.True);
        Assert.That(await ReadAsync(process, LogPosition.Start, through: 3, positions[2].Hash), Is.False);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public async Task Read_EntryIsGone_SaysSo(long sequence)
    {
        LogProcess process = await OpenAsync();
        await AppendAsync(process, 5);
        await Store.DeleteAsync([process.Keys.LogEntry(sequence)]);

        Assert.That(await ReadAsync(process, LogPosition.Start, through: 3), Is.False);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Read_GhostInARecycledSlot_IsNotTakenForTheEntry(long sequence)
    {
        LogProcess process = await OpenAsync();
        LogPosition[] positions = await AppendAsync(process, 5);
        byte[] ghost = WalCodec.Encode(
            WalEntryKind.Data,
            process.Keys.NamespaceId,
            Guid.NewGuid(),
            positions[sequence - 1],
            [new WalBatch(Guid.NewGuid(), 0, new byte[16])]).Content.ToArray();
        await Store.PutAsync(process.Keys.LogEntry(sequence), new ReadOnlySequence<byte>(ghost));

        Assert.That(await ReadAsync(process, LogPosition.Start, through: 3), Is.False);
        Assert.That(await ReadAsync(process, LogPosition.Start, through: 3, positions[3].Hash), Is.False);
    }

    [Test]
    public async Task Read_DamagedEntry_Throws()
    {
        LogProcess process = await OpenAsync();
        await AppendAsync(process, 5);
        await Store.PutAsync(process.Keys.LogEntry(2), new ReadOnlySequence<byte>([1, 2, 3]));

        Assert.That(
            async () => await ReadAsync(process, LogPosition.Start, through: 3),
            Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(process.Keys.LogEntry(2)));
    }

    [Test]
    public async Task Find_ByTime_ReturnsTheLastEntryUpToThen()
    {
        LogProcess process = await OpenAsync();
        DateTimeOffset start = Clock.GetUtcNow();
        for (int i = 0; i < 4; i++)
        {
            await AppendAsync(process, 2);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(await FindAsync(process, floor: 0, start.AddTicks(-1)), Is.Zero);
        Assert.That(await FindAsync(process, floor: 0, start), Is.EqualTo(2));
        Assert.That(await FindAsync(process, floor: 3, start.AddSeconds(2)), Is.EqualTo(6));
        Assert.That(await FindAsync(process, floor: 0, start.AddDays(1)), Is.EqualTo(8));
    }

    [TestCase(3)]
    [TestCase(5)]
    [TestCase(8)]
    public async Task Find_EntryThatDecidesIsGone_SaysSo(long sequence)
    {
        LogProcess process = await OpenAsync();
        await AppendAsync(process, 8);
        await Store.DeleteAsync([process.Keys.LogEntry(sequence)]);

        Assert.That(await FindAsync(process, floor: 2, Clock.GetUtcNow()), Is.Null);
    }

    private static async Task<LogPosition[]> AppendAsync(LogProcess process, int count)
    {
        var positions = new List<LogPosition> { process.Log.Head };
        for (int i = 0; i < count; i++)
        {
            await process.AppendAsync();
            positions.Add(process.Log.Head);
        }

        return [.. positions];
    }

    private async Task<bool> ReadAsync(
        LogProcess process, LogPosition from, long through, ContentHash? hash = null) =>
        await new PastLog(process.Store, process.Keys).ReadAsync(
            from, through, hash, entry => _applied.Add(entry.Sequence), default);

    private static async Task<long?> FindAsync(LogProcess process, long floor, DateTimeOffset time) =>
        await new PastLog(process.Store, process.Keys).FindAsync(
            floor, time, process.Log.Head.Sequence, default);
}
