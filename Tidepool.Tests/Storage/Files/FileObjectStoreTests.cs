using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Storage.Files;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FileObjectStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string TemporaryFolder => Path.Join(_folder.Path, ".tidepool", "tmp");

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task TwoStores_OnOneFolder_SeeTheSame()
    {
        using var first = new FileObjectStore(_folder.Path);
        using var second = new FileObjectStore(_folder.Path);

        PutResult put = await first.PutTextAsync("a/b", "1", PutCondition.IfAbsent);
        PutResult lost = await second.PutTextAsync("a/b", "2", PutCondition.IfAbsent);
        PutResult swapped = await second.PutTextAsync("a/b", "3", PutCondition.IfMatch(put.ETag!));
        PutResult stale = await first.PutTextAsync("a/b", "4", PutCondition.IfMatch(put.ETag!));

        Assert.That((put.Succeeded, lost.Succeeded), Is.EqualTo((true, false)));
        Assert.That((swapped.Succeeded, stale.Succeeded), Is.EqualTo((true, false)));
        Assert.That(await first.TextAsync("a/b"), Is.EqualTo("3"));
    }

    [Test]
    public async Task TwoStores_CompareAndSwap_LoseNoIncrement()
    {
        using var first = new FileObjectStore(_folder.Path);
        using var second = new FileObjectStore(_folder.Path);
        await first.PutTextAsync("n", "0");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            FileObjectStore store = client % 2 == 0 ? first : second;
            for (int done = 0; done < 20;)
            {
                using GetResult got = await store.GetAsync("n");
                int next = int.Parse(got.Data.Span) + 1;
                done += (await store.PutTextAsync("n", $"{next}", PutCondition.IfMatch(got.ETag!))).Succeeded ? 1 : 0;
            }
        })));

        Assert.That(await first.TextAsync("n"), Is.EqualTo("160"));
    }

    [Test]
    public async Task TwoStores_CreateAndPruneOneFolder_LoseNothing()
    {
        using var first = new FileObjectStore(_folder.Path);
        using var second = new FileObjectStore(_folder.Path);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(client => Task.Run(async () =>
        {
            FileObjectStore store = client % 2 == 0 ? first : second;
            for (int i = 0; i < 50; i++)
            {
                string key = $"x/y/z/{client}-{i}";
                Assert.That((await store.PutTextAsync(key, key, PutCondition.IfAbsent)).Succeeded, Is.True);
                Assert.That(await store.TextAsync(key), Is.EqualTo(key));
                await store.DeleteAsync([key]);
            }
        })));

        Assert.That(Directory.Exists(Path.Join(_folder.Path, "x")), Is.False);
    }

    [Test]
    public async Task Dispose_ThenDeleteTheFolder_Works()
    {
        using (var store = new FileObjectStore(_folder.Path))
        {
            await store.PutTextAsync("a/b/c", "text");
            using GetResult got = await store.GetAsync("a/b/c");
            await store.DeleteAsync(["a/b/c"]);
        }

        Assert.That(Directory.EnumerateFileSystemEntries(TemporaryFolder), Is.Empty);
        Directory.Delete(_folder.Path, recursive: true);
        Assert.That(Directory.Exists(_folder.Path), Is.False);
    }

    [Test]
    public void Disposed_EveryCall_Throws()
    {
        var store = new FileObjectStore(_folder.Path);
        store.Dispose();
        store.Dispose();

        Assert.Multiple(() =>
        {
            Assert.That(async () => await store.GetAsync("a"), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(async () => await store.PutTextAsync("a", "x"), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(async () => await store.DeleteAsync(["a"]), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(async () => await store.ListAsync("a"), Throws.InstanceOf<ObjectDisposedException>());
        });
    }

    [Test]
    public async Task Delete_OfTheLastObject_RemovesEmptyFolders()
    {
        using var store = new FileObjectStore(_folder.Path);
        await store.PutTextAsync("a/b/c/1", "x");
        await store.PutTextAsync("a/b/2", "x");

        await store.DeleteAsync(["a/b/c/1"]);
        bool isLowerGone = !Directory.Exists(Path.Join(_folder.Path, "a", "b", "c"));
        bool isUpperThere = Directory.Exists(Path.Join(_folder.Path, "a", "b"));
        await store.DeleteAsync(["a/b/2"]);

        Assert.That((isLowerGone, isUpperThere), Is.EqualTo((true, true)));
        Assert.That(Directory.Exists(Path.Join(_folder.Path, "a")), Is.False);
        Assert.That((await store.PutTextAsync("a/b/2", "y", PutCondition.IfAbsent)).Succeeded, Is.True);
    }

    [Test]
    public async Task GetLocalPath_IsTheFile()
    {
        using var store = new FileObjectStore(_folder.Path);
        await store.PutTextAsync("Some/Key", "text");

        Assert.That(await File.ReadAllTextAsync(store.GetLocalPath("Some/Key")!), Is.EqualTo("text"));
        Assert.That(() => store.GetLocalPath("../x"), Throws.ArgumentException);
    }

    [Test]
    public async Task Strangers_AreLeftAlone()
    {
        using var store = new FileObjectStore(_folder.Path);
        await store.PutTextAsync("dir/key", "text");
        string[] names = ["README", "Notes.tp", "dir/%zz.tp", "dir/Sub/a.tp", "%/x.tp", "dir/.tp"];
        string[] strangers = [.. names.Select(name => Path.Join(_folder.Path, name))];
        foreach (string path in strangers)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "not ours");
        }

        Assert.That(await store.KeysAsync(string.Empty), Is.EqualTo(["dir/key"]));
        await store.DeleteAsync(["dir/key"]);
        Assert.That(strangers, Is.All.Matches<string>(File.Exists));
    }

    [Test]
    public async Task Open_RemovesWhatDeadProcessesLeft_AndNothingElse()
    {
        using var live = new FileObjectStore(_folder.Path);
        string liveFolder = Directory.GetDirectories(TemporaryFolder).Single();
        string dead = MakeLeftovers("dead", age: TimeSpan.FromHours(2));
        string young = MakeLeftovers("young", age: TimeSpan.FromMinutes(30));
        Directory.SetLastWriteTimeUtc(liveFolder, DateTime.UtcNow.AddHours(-2));

        using var opened = new FileObjectStore(_folder.Path);

        Assert.That((Directory.Exists(dead), Directory.Exists(young)), Is.EqualTo((false, true)));
        Assert.That(Directory.Exists(liveFolder), Is.True);
        Assert.That((await live.PutTextAsync("a", "x")).Succeeded, Is.True);
        Assert.That(await opened.KeysAsync(string.Empty), Is.EqualTo(["a"]));
    }

    [Test]
    public async Task Upload_UnderWayOrFailed_LeavesNoFile()
    {
        using var store = new FileObjectStore(_folder.Path);
        string own = Directory.GetDirectories(TemporaryFolder).Single();

        Assert.That(
            async () => await store.UploadAsync("a/b", async (stream, stop) =>
            {
                await stream.WriteAsync(new byte[3 << 20], stop);
                Assert.That(Directory.GetFiles(own), Has.Length.EqualTo(2)); // The lock and this upload.
                throw new FormatException();
            }),
            Throws.InstanceOf<FormatException>());
        await store.PutTextAsync("a/c", "x");
        await store.PutTextAsync("a/c", "y", PutCondition.IfAbsent);
        await store.PutTextAsync("a/c", "z");
        await store.PutTextAsync("a/c", "z", PutCondition.IfMatch("none"));

        Assert.That(Directory.GetFiles(own).Select(Path.GetFileName), Is.EqualTo(["lock"]));
        Assert.That(await store.KeysAsync(string.Empty), Is.EqualTo(["a/c"]));
    }

    [Test]
    public void Open_OtherLayout_IsRefused()
    {
        new FileObjectStore(_folder.Path).Dispose();
        File.WriteAllText(Path.Join(_folder.Path, ".tidepool", "layout"), "2\n");

        Assert.That(
            () => new FileObjectStore(_folder.Path),
            Throws.InstanceOf<StorageException>().With.Message.Contains("layout is version 2"));
    }

    [Test]
    public void Open_WhereAFileIs_IsAStorageFailure()
    {
        string path = Path.Join(_folder.Path, "file");
        File.WriteAllText(path, "x");

        Assert.That(() => new FileObjectStore(path), Throws.InstanceOf<StorageException>());
        Assert.That(() => new FileObjectStore(string.Empty), Throws.ArgumentException);
    }

    [Test]
    public async Task Get_ProcessStoppedInBetween_LooksAgain()
    {
        var time = new JumpingTime();
        using var store = new FileObjectStore(_folder.Path, time);
        await store.PutTextAsync("a", "x");
        long before = time.Readings;
        (await store.GetAsync("a")).Dispose();
        long usual = time.Readings - before;

        time.JumpBefore(usual, TimeSpan.FromMinutes(5)); // After the file was opened, before its time was taken.
        before = time.Readings;
        using GetResult got = await store.GetAsync("a");

        Assert.That(time.Readings - before, Is.EqualTo(2 * usual));
        Assert.That(got.Found, Is.True);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Put_ProcessStoppedInBetween_IsInDoubt(bool isCreate)
    {
        var time = new JumpingTime();
        using var store = new FileObjectStore(_folder.Path, time);
        PutCondition condition = isCreate ? PutCondition.IfAbsent : PutCondition.Always;
        await store.PutTextAsync("a/first", "x", condition);
        long before = time.Readings;
        await store.PutTextAsync("a/second", "x", condition);
        long usual = time.Readings - before;

        time.JumpBefore(usual, TimeSpan.FromMinutes(5)); // After the name was given, before its time was taken.

        Assert.That(
            async () => await store.PutTextAsync("a/third", "mine", condition),
            Throws.InstanceOf<StorageException>().With.Property(nameof(StorageException.IsTransient)).True);
        Assert.That(await store.TextAsync("a/third"), Is.EqualTo("mine"));
    }

    [Test]
    public async Task StoreTime_ClockSetBack_GoesOnInEveryStore()
    {
        var wall = new ManualTime();
        using var first = new FileObjectStore(_folder.Path, wall);
        using var second = new FileObjectStore(_folder.Path, wall);
        PutResult put = await first.PutTextAsync("a", "x");
        wall.SetWall(wall.GetUtcNow().AddDays(-1));

        using GetResult got = await second.GetAsync("a");
        PutResult later = await second.PutTextAsync("a", "y");
        wall.Advance(TimeSpan.FromSeconds(10));
        using GetResult last = await first.GetAsync("a");

        DateTimeOffset start = put.StoreTime!.Value;
        Assert.That(got.StoreTime, Is.GreaterThanOrEqualTo(start));
        Assert.That(later.StoreTime, Is.GreaterThan(start));
        Assert.That(last.StoreTime, Is.EqualTo(start.AddSeconds(10)).Within(TimeSpan.FromMilliseconds(1)));
        Assert.That((await first.ListAsync("a")).Objects.Single().LastModified, Is.GreaterThan(start));
    }

    [Test]
    public async Task List_PrefixOfOneFolder_ReadsThatFolderOnly()
    {
        using var store = new FileObjectStore(_folder.Path);
        for (int i = 0; i < 20; i++)
        {
            await store.PutTextAsync($"d/{i:d2}/wal/1", "x");
        }

        var one = new FileListing("d/07/wal/", startAfter: null, maxKeys: 10);
        one.Run(new FileNames(_folder.Path));
        var some = new FileListing("d/1", startAfter: "d/17/wal/0", maxKeys: 10);
        (IReadOnlyList<ObjectInfo> found, _) = some.Run(new FileNames(_folder.Path));
        var page = new FileListing("d/", startAfter: null, maxKeys: 2);
        page.Run(new FileNames(_folder.Path));

        Assert.That(one.FoldersRead, Is.EqualTo(1));
        Assert.That(found.Select(info => info.Key), Is.EqualTo(["d/17/wal/1", "d/18/wal/1", "d/19/wal/1"]));
        Assert.That(some.FoldersRead, Is.EqualTo(1 + 6));
        Assert.That(page.FoldersRead, Is.EqualTo(1 + 6)); // One object more than the page, to know that there is more.
    }

    private string MakeLeftovers(string name, TimeSpan age)
    {
        string folder = Path.Join(TemporaryFolder, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Join(folder, "lock"), string.Empty);
        File.WriteAllText(Path.Join(folder, "1"), "half an object");
        Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow - age);
        return folder;
    }
}
