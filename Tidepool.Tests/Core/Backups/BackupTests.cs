using System.Buffers;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Core.Engine;
using Tidepool.Tests.Core.Segments;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Backups;

/// <summary>What is backed up and restored, from which store to which.</summary>
internal sealed class BackupTests : EngineFixture
{
    [TestCase("memory", "files", "memory")]
    [TestCase("files", "memory", "files")]
    [TestCase("network", "network", "network")]
    public async Task Restore_Anywhere_AnswersAsBefore(string source, string backup, string target)
    {
        using var folder = new TestFolder();
        DamageStore sample = await DamageStore.MakeAsync();
        IObjectStore backups = MakeStore(folder, "backups", backup);
        IObjectStore restored = MakeStore(folder, "restored", target);
        IObjectStore original = await CopyAsync(sample.Objects, MakeStore(folder, "original", source));
        long sequence;
        await using (var database = new TidepoolDatabase(original, new TidepoolOptions { ReadOnly = true }))
        {
            BackupInfo made = await database.BackupAsync(backups);
            sequence = (await database.GetNamespace("n").GetStatisticsAsync()).LastSequence;
            Assert.That(made.Namespaces, Is.EqualTo(2));
        }

        await TidepoolDatabase.RestoreAsync(backups, restored);

        Assert.That(await sample.ReadAsync(restored), Is.EqualTo(sample.Answers));
        if (source != "files") // By whose clock, not the sample's, it is long ago that the batch was written.
        {
            Assert.That(await sample.ResolveAsync(restored), Is.EqualTo(await sample.ResolveAsync(sample.Objects)));
        }

        TidepoolDatabase again = Open(restored);
        TidepoolNamespace documents = again.GetNamespace("n");
        Assert.That((await documents.GetStatisticsAsync()).LastSequence, Is.EqualTo(sequence));
        Assert.That((await documents.VerifyAsync()).Problems, Is.Empty);
        Assert.That(await again.GetNamespace("other").CountAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task Restore_ThenGoOn_IsANamespaceLikeAnyOther()
    {
        var target = new InMemoryObjectStore(Clock);
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(30));
        await documents.CompactAsync();
        WriteResult last = await documents.DeleteAsync([3, 4]);
        await Open().BackupAsync(Store);
        await TidepoolDatabase.RestoreAsync(Store, target);

        TidepoolNamespace restored = OpenNamespace(target);
        WriteResult next = await restored.UpsertAsync(MakeDocument(100));
        await restored.CompactAsync();
        Clock.Advance(TimeSpan.FromMinutes(30));
        await restored.CompactAsync();

        Assert.That(next.Sequence, Is.EqualTo(last.Sequence + 1));
        long[] expected = [.. Enumerable.Range(0, 30).Select(id => (long)id).Except([3, 4]), 100];
        Assert.That(await ScanIdsAsync(OpenNamespace(target)), Is.EqualTo(expected));
        Assert.That((await restored.VerifyAsync()).Problems, Is.Empty);
        Assert.That(await documents.CountAsync(), Is.EqualTo(28));
    }

    [Test]
    public async Task Backup_NothingNew_StoresItsRecordAlone()
    {
        var backups = new FaultyObjectStore(new InMemoryObjectStore(Clock));
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(30));
        await documents.WaitForIndexingAsync();
        await documents.DeleteAsync([3, 4]);
        await documents.UpsertAsync(MakeDocument(50));
        await documents.WaitForIndexingAsync();
        BackupInfo first = await database.BackupAsync(backups);
        backups.ClearRequests();

        BackupInfo second = await database.BackupAsync(backups);

        Assert.That(Puts(backups), Is.EqualTo(["backup/at"]));
        Assert.That((first.Bytes > 0, second.Bytes), Is.EqualTo((true, 0L)));
        await documents.UpsertAsync(MakeDocument(51));
        await documents.WaitForIndexingAsync();
        backups.ClearRequests();
        BackupInfo third = await database.BackupAsync(backups);
        Assert.That(Puts(backups), Is.EqualTo(["backup/d", "backup/at"]));
        Assert.That(third.Bytes, Is.GreaterThan(0));
        var target = new InMemoryObjectStore(Clock);
        await TidepoolDatabase.RestoreAsync(backups, target, new RestoreOptions { BackupId = third.Id });
        Assert.That(await OpenNamespace(target).CountAsync(), Is.EqualTo(30));
    }

    [TestCase("cut")]
    [TestCase("another")]
    public async Task Backup_DestinationHoldsSomethingElse_StoresItAnew(string what)
    {
        var backups = new InMemoryObjectStore(Clock);
        TidepoolDatabase database = Open();
        await database.GetNamespace("n").UpsertAsync(MakeDocuments(30));
        await database.GetNamespace("n").WaitForIndexingAsync();
        await database.BackupAsync(backups);
        string key = (await backups.KeysAsync("backup/d/")).Single();
        byte[] sound = await DamageStore.BytesAsync(backups, key);
        byte[] found = what == "cut" ? sound[..^70] : new byte[sound.Length];
        await backups.PutAsync(key, new ReadOnlySequence<byte>(found));

        await database.BackupAsync(backups);

        Assert.That(await DamageStore.BytesAsync(backups, key), Is.EqualTo(sound));
    }

    [Test]
    public async Task Backup_NotIncremental_MendsWhatIsDamaged()
    {
        var backups = new InMemoryObjectStore(Clock);
        TidepoolDatabase database = Open();
        await database.GetNamespace("n").UpsertAsync(MakeDocuments(30));
        await database.GetNamespace("n").WaitForIndexingAsync();
        await database.BackupAsync(backups);
        string key = (await backups.KeysAsync("backup/d/")).Single();
        byte[] sound = await DamageStore.BytesAsync(backups, key);
        byte[] damaged = [.. sound];
        damaged[300] ^= 1;
        await backups.PutAsync(key, new ReadOnlySequence<byte>(damaged));

        BackupInfo mended = await database.BackupAsync(backups, new BackupOptions { Incremental = false });

        Assert.That(await DamageStore.BytesAsync(backups, key), Is.EqualTo(sound));
        Assert.That(mended.Bytes, Is.EqualTo(sound.Length));
    }

    [Test]
    public async Task Backup_SeveralNamespaces_HoldsThoseThatExist()
    {
        var backups = new InMemoryObjectStore(Clock);
        TidepoolDatabase database = Open();
        foreach (string name in (string[])["c", "gone", "a", "b"])
        {
            await database.GetNamespace(name).UpsertAsync(MakeDocuments(name[0] - 'a' + 1));
        }

        await database.GetNamespace("gone").EnsureDeletedAsync();
        await database.BackupAsync(backups);
        BackupInfo two = await database.BackupAsync(backups, new BackupOptions { Namespaces = { "c", "a" } });

        Assert.That(
            await TidepoolDatabase.ListBackupsAsync(backups).Select(backup => backup.Namespaces).ToListAsync(),
            Is.EqualTo([2, 3]), "newest first");
        Assert.That(
            () => database.BackupAsync(backups, new BackupOptions { Namespaces = { "a", "gone" } }),
            Throws.ArgumentException.With.Message.Contains("gone"));
        var target = new InMemoryObjectStore(Clock);
        BackupInfo restored = await TidepoolDatabase.RestoreAsync(backups, target);
        Assert.That(restored, Is.EqualTo(two));
        Assert.That(await Open(target).ListNamespacesAsync().ToListAsync(), Is.EqualTo(["a", "c"]));
        Assert.That(await Open(target).GetNamespace("c").CountAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task Backup_EmptyDatabase_RestoresToOne()
    {
        var backups = new InMemoryObjectStore(Clock);
        var target = new InMemoryObjectStore(Clock);

        BackupInfo made = await Open().BackupAsync(backups);
        await TidepoolDatabase.RestoreAsync(backups, target);

        Assert.That(made.Namespaces, Is.Zero);
        await using TidepoolDatabase database = await TidepoolDatabase.OpenAsync(
            target, new TidepoolOptions { ReadOnly = true });
        Assert.That(await database.ListNamespacesAsync().ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Backup_EmptyNamespace_RestoresItWithItsSchema()
    {
        var target = new InMemoryObjectStore(Clock);
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));
        await documents.DeleteAsync(1);

        await Open().BackupAsync(Store);
        await TidepoolDatabase.RestoreAsync(Store, target);

        Assert.That(await Open(target).ListNamespacesAsync().ToListAsync(), Is.EqualTo(["n"]));
        Assert.That(
            () => OpenNamespace(target).UpsertAsync(new Document(1) { Vector = new float[] { 1, 2 } }),
            Throws.TypeOf<SchemaConflictException>());
    }

    [Test]
    public async Task Restore_NamespaceExists_IsRefusedAndChangesNothing()
    {
        var backups = new InMemoryObjectStore(Clock);
        TidepoolDatabase database = Open();
        await database.GetNamespace("a").UpsertAsync(MakeDocuments(2));
        await database.GetNamespace("n").UpsertAsync(MakeDocuments(3));
        await database.BackupAsync(backups);
        await database.GetNamespace("a").EnsureDeletedAsync();
        List<string> before = await Store.KeysAsync("");

        Assert.That(
            () => TidepoolDatabase.RestoreAsync(backups, Store),
            Throws.InvalidOperationException.With.Message.Contains("'n'"));
        Assert.That(await Store.KeysAsync(""), Is.EqualTo(before));
        await TidepoolDatabase.RestoreAsync(backups, Store, new RestoreOptions { Namespaces = { "a" } });
        Assert.That(await database.GetNamespace("a").CountAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task Restore_WhereItWasDropped_OutlivesTheCollectionOfWhatWasDropped()
    {
        var backups = new InMemoryObjectStore(Clock);
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocuments(30));
        await documents.CompactAsync();
        await Open().BackupAsync(backups);
        for (int round = 0; round < 2; round++)
        {
            await documents.EnsureDeletedAsync();
            await TidepoolDatabase.RestoreAsync(backups, Store);
            Clock.Advance(TimeSpan.FromHours(1));
            await documents.CompactAsync();
            Assert.That(await OpenNamespace().CountAsync(), Is.EqualTo(30), $"round {round}");
            await documents.UpsertAsync(MakeDocument(7, value: round));
        }

        Assert.That((await documents.VerifyAsync()).Problems, Is.Empty);
    }

    [TestCase(null)]
    [TestCase("no id")]
    [TestCase("00000000-0000-0000-0000-000000000001")]
    public void Restore_NoSuchBackup_IsRefused(string? id) => Assert.That(
        () => TidepoolDatabase.RestoreAsync(Store, Store, new RestoreOptions { BackupId = id }),
        Throws.ArgumentException);

    /// <summary>Where objects were put, up to the second slash.</summary>
    private static IEnumerable<string> Puts(FaultyObjectStore store) => store.Requests
        .Where(request => request.Operation == StoreOperation.Put)
        .Select(request => string.Join('/', request.Key.Split('/')[..2]));

    private IObjectStore MakeStore(TestFolder folder, string name, string kind) => kind switch
    {
        "memory" => new InMemoryObjectStore(Clock),
        "files" => new FileObjectStore(folder.At(name)),
        _ => new SharedStore(new InMemoryObjectStore(Clock), ObjectStoreSharing.Network),
    };

    private static async Task<IObjectStore> CopyAsync(IObjectStore from, IObjectStore to)
    {
        foreach (string key in await from.KeysAsync(""))
        {
            await to.PutAsync(key, new ReadOnlySequence<byte>(await DamageStore.BytesAsync(from, key)));
        }

        return to;
    }
}
