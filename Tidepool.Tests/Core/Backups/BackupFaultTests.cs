using System.Buffers;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Core.Engine;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Backups;

/// <summary>Backups and restorations that are stopped anywhere, and objects that are damaged.</summary>
[TestFixture]
internal sealed class BackupFaultTests
{
    private const int SampledPositions = 40;

    private DamageStore _sample = null!;
    private InMemoryObjectStore _backups = null!;

    [OneTimeSetUp]
    public async Task MakeBackup()
    {
        _sample = await DamageStore.MakeAsync();
        _backups = new InMemoryObjectStore();
        await BackupAsync(_sample.Objects, _backups);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Backup_StoppedAtAnyRequest_IsCompleteOrNoneAndCanBeRepeated(bool isApplied)
    {
        for (int stopAt = 1; ; stopAt++)
        {
            var counter = new RequestCounter(stopAt, isApplied);
            var backups = new InMemoryObjectStore();
            try
            {
                await BackupAsync(
                    new StoppingStore(_sample.Objects, counter), new StoppingStore(backups, counter));
            }
            catch (StorageException)
            {
                Assert.That(counter.HasStopped, Is.True, $"request {stopAt}");
            }

            foreach (BackupInfo made in await TidepoolDatabase.ListBackupsAsync(backups).ToListAsync())
            {
                await AssertRestoresAsync(backups, $"complete after request {stopAt}");
            }

            if (!counter.HasStopped)
            {
                TestContext.Out.WriteLine($"{stopAt - 1} requests");
                break;
            }

            await BackupAsync(_sample.Objects, backups);
            await AssertRestoresAsync(backups, $"repeated after request {stopAt}");
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Restore_StoppedAtAnyRequest_ShowsWholeNamespacesOrNoneAndCanBeRepeated(bool isApplied)
    {
        for (int stopAt = 1; ; stopAt++)
        {
            var counter = new RequestCounter(stopAt, isApplied);
            var target = new InMemoryObjectStore();
            try
            {
                await TidepoolDatabase.RestoreAsync(
                    new StoppingStore(_backups, counter), new StoppingStore(target, counter));
            }
            catch (StorageException)
            {
                Assert.That(counter.HasStopped, Is.True, $"request {stopAt}");
            }

            if ((await target.KeysAsync("ns/n!")).Count > 0)
            {
                Assert.That(await _sample.ReadAsync(target), Is.EqualTo(_sample.Answers), $"request {stopAt}");
            }

            if (!counter.HasStopped)
            {
                TestContext.Out.WriteLine($"{stopAt - 1} requests");
                break;
            }

            await TidepoolDatabase.RestoreAsync(_backups, target);
            Assert.That(await _sample.ReadAsync(target), Is.EqualTo(_sample.Answers), $"repeated after {stopAt}");
            await AssertOtherAsync(target);
            Assert.That(
                (await target.KeysAsync("d/")).Select(key => key.Split('/')[1]).Distinct().Count(), Is.EqualTo(2),
                "nothing is stored twice");
        }
    }

    [Test]
    public async Task Restore_Cancelled_ShowsNothingAndCanBeRepeated()
    {
        var target = new InMemoryObjectStore();
        using var cancellation = new CancellationTokenSource();
        var progress = new CancelAfter(cancellation, objects: 2);

        Assert.That(
            () => TidepoolDatabase.RestoreAsync(
                _backups, target, options: null, progress, cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await target.KeysAsync("ns/"), Is.Empty);
        await TidepoolDatabase.RestoreAsync(_backups, target);
        Assert.That(await _sample.ReadAsync(target), Is.EqualTo(_sample.Answers));
    }

    [TestCase("segment")]
    [TestCase("ledger")]
    [TestCase("log entry")]
    [TestCase("deletions")]
    public async Task Backup_ObjectIsDamaged_NamesItAndIsNone(string kind)
    {
        foreach (string key in _sample.FindNeeded(kind))
        {
            byte[] sound = await DamageStore.BytesAsync(_sample.Objects, key);
            foreach (int position in Sample(sound.Length))
            {
                InMemoryObjectStore damaged = await DamageAsync(_sample.Objects, key, position);
                var backups = new InMemoryObjectStore();

                DataCorruptionException? corruption = Assert.ThrowsAsync<DataCorruptionException>(
                    () => BackupAsync(damaged, backups), $"{key}, byte {position}");

                Assert.That(corruption!.ObjectKey, Is.EqualTo(key), $"byte {position}");
                Assert.That(await TidepoolDatabase.ListBackupsAsync(backups).ToListAsync(), Is.Empty);
            }
        }
    }

    [Test]
    public async Task Restore_ObjectIsDamagedOrLost_NamesItAndShowsNothing()
    {
        foreach (string key in await _backups.KeysAsync("backup/"))
        {
            byte[] sound = await DamageStore.BytesAsync(_backups, key);
            foreach (int position in Sample(sound.Length).Append(-1))
            {
                InMemoryObjectStore damaged = await DamageAsync(_backups, key, position);
                var target = new InMemoryObjectStore();
                bool isLostRecord = position < 0 && key.StartsWith("backup/at/");
                try
                {
                    await TidepoolDatabase.RestoreAsync(damaged, target);
                    Assert.Fail($"{key}, byte {position}: restored");
                }
                catch (DataCorruptionException corruption)
                {
                    Assert.That(corruption.ObjectKey, Is.EqualTo(key), $"byte {position}");
                }
                catch (ArgumentException) when (isLostRecord)
                {
                    // There is no backup, as far as anybody can tell.
                }

                Assert.That(await target.KeysAsync("ns/"), Is.Empty, $"{key}, byte {position}");
            }
        }
    }

    private static async Task BackupAsync(IObjectStore store, IObjectStore backups)
    {
        await using var database = new TidepoolDatabase(store, new TidepoolOptions { ReadOnly = true });
        await database.BackupAsync(backups);
    }

    private async Task AssertRestoresAsync(IObjectStore backups, string when)
    {
        var target = new InMemoryObjectStore();
        await TidepoolDatabase.RestoreAsync(backups, target);
        Assert.That(await _sample.ReadAsync(target), Is.EqualTo(_sample.Answers), when);
        await AssertOtherAsync(target);
    }

    private static async Task AssertOtherAsync(IObjectStore target)
    {
        await using var database = new TidepoolDatabase(target, new TidepoolOptions { ReadOnly = true });
        Assert.That(await database.GetNamespace("other").CountAsync(), Is.EqualTo(5));
    }

    /// <summary>Places all over an object.</summary>
    private static IEnumerable<int> Sample(int length) =>
        Enumerable.Range(0, SampledPositions).Select(part => (int)((long)part * length / SampledPositions)).Distinct();

    /// <summary>A copy of a store in which a byte of an object is another; with no position, without the object.
    /// </summary>
    private static async Task<InMemoryObjectStore> DamageAsync(InMemoryObjectStore store, string key, int position)
    {
        InMemoryObjectStore damaged = store.Clone();
        if (position < 0)
        {
            await damaged.DeleteAsync([key]);
            return damaged;
        }

        byte[] bytes = await DamageStore.BytesAsync(store, key);
        bytes[position] ^= 0x10;
        await damaged.PutAsync(key, new ReadOnlySequence<byte>(bytes));
        return damaged;
    }

    private sealed class CancelAfter(CancellationTokenSource cancellation, int objects) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
            if (value.Completed == objects)
            {
                cancellation.Cancel();
            }
        }
    }
}
