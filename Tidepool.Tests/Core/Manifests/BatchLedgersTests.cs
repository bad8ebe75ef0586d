using System.Buffers;
using NUnit.Framework;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;

namespace Tidepool.Tests.Core.Manifests;

internal sealed class BatchLedgersTests
{
    private static readonly NamespaceKeys s_keys = new DatabaseKeys("").Data(SampleManifests.NamespaceId);
    private static readonly TimeSpan s_retention = TimeSpan.FromHours(48);

    private readonly InMemoryObjectStore _store = new();

    [Test]
    public async Task Find_FewBatches_NeedsNoObject()
    {
        var ledgers = new BatchLedgers(_store, s_keys);
        BatchRecord[] batches = MakeBatches(10, firstSequence: 5);

        BatchHistory history = await RecordAsync(ledgers, BatchHistory.Empty, batches);

        Assert.That(history.Ledgers, Is.Empty);
        Assert.That(await ledgers.FindAsync(history, batches[3].Id, default), Is.EqualTo(batches[3].Sequence));
        Assert.That(await ledgers.FindAsync(history, Guid.NewGuid(), default), Is.Null);
    }

    [Test]
    public async Task Find_ManyBatches_FindsEachInTheLedger()
    {
        var ledgers = new BatchLedgers(_store, s_keys);
        BatchRecord[] batches = MakeBatches(BatchHistory.MaxRecent + 1, firstSequence: 5);

        BatchHistory history = await RecordAsync(ledgers, BatchHistory.Empty, batches);

        Assert.That(history.Ledgers, Has.Length.EqualTo(1));
        Assert.That(history.Recent, Is.Empty);
        var opened = new BatchLedgers(_store, s_keys);
        foreach (BatchRecord batch in batches)
        {
            Assert.That(await opened.FindAsync(history, batch.Id, default), Is.EqualTo(batch.Sequence));
        }

        Assert.That(await opened.FindAsync(history, Guid.NewGuid(), default), Is.Null);
    }

    [Test]
    public async Task Find_DamagedLedger_IsCorruption()
    {
        var ledgers = new BatchLedgers(_store, s_keys);
        BatchHistory history = await RecordAsync(
            ledgers, BatchHistory.Empty, MakeBatches(BatchHistory.MaxRecent + 1, firstSequence: 5));
        string key = s_keys.Ledger(history.Ledgers[0].Id);
        using GetResult stored = await _store.GetAsync(key);
        byte[] bytes = stored.Data.ToArray();

        foreach (int at in (int[])[0, 4, 8, 12, 28, 44, 52, 60, 1000, bytes.Length - 1])
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 4;
            await _store.PutAsync(key, new ReadOnlySequence<byte>(damaged));
            Assert.That(
                async () => await new BatchLedgers(_store, s_keys).FindAsync(history, Guid.NewGuid(), default),
                Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(key),
                $"byte {at}");
        }
    }

    [Test]
    public void Record_OldBatches_AreForgottenByWholeEntries()
    {
        DateTimeOffset start = SampleManifests.Time;
        BatchHistory history = BatchHistory.Empty
            .Record([new(SampleManifests.Id(1), 1), new(SampleManifests.Id(2), 2)], start, s_retention)
            .Record([new(SampleManifests.Id(3), 3)], start.AddHours(1), s_retention);

        BatchHistory later = history.Record([], start.AddHours(48.5), s_retention);

        Assert.That(later.CompleteSince, Is.EqualTo(2));
        Assert.That(later.Recent.Select(batch => batch.Sequence), Is.EqualTo([3]));
    }

    [Test]
    public void Record_StoreWithoutTime_ForgetsNothing()
    {
        BatchHistory history = BatchHistory.Empty.Record([new(SampleManifests.Id(1), 1)], null, s_retention);

        Assert.That(history.Record([], null, s_retention).Recent, Has.Length.EqualTo(1));
    }

    [Test]
    public void Record_TooManyBatches_ForgetsTheOldestLedger()
    {
        var old = new LedgerEntry(SampleManifests.Id(1), 100, BatchHistory.MaxCount, 1, 900, null);
        var recent = new LedgerEntry(SampleManifests.Id(2), 100, 10, 901, 950, null);
        BatchHistory history = new(0, [old, recent], []);

        BatchHistory next = history.Record([new(SampleManifests.Id(3), 951)], null, s_retention);

        Assert.That(next.Ledgers, Is.EqualTo([recent]));
        Assert.That(next.CompleteSince, Is.EqualTo(900));
        Assert.That(next.Recent, Has.Length.EqualTo(1));
    }

    private static ValueTask<BatchHistory> RecordAsync(
        BatchLedgers ledgers, BatchHistory history, BatchRecord[] batches) =>
        ledgers.RecordAsync(history, batches, SampleManifests.Time, s_retention, default);

    private static BatchRecord[] MakeBatches(int count, long firstSequence) =>
        [.. Enumerable.Range(0, count).Select(i => new BatchRecord(Guid.NewGuid(), firstSequence + (i / 3)))];
}
