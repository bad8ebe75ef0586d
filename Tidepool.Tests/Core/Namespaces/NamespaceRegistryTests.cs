using System.Buffers;
using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Core.Manifests;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Namespaces;

internal sealed class NamespaceRegistryTests
{
    private static readonly DatabaseKeys s_keys = new("db");

    private FaultyObjectStore _store = null!;
    private NamespaceRegistry _registry = null!;

    [SetUp]
    public void SetUp()
    {
        _store = new FaultyObjectStore(new InMemoryObjectStore());
        _registry = new NamespaceRegistry(_store, s_keys);
    }

    [Test]
    public async Task Find_NeverCreated_IsNull() => Assert.That(await _registry.FindAsync("a", default), Is.Null);

    [Test]
    public async Task Find_AfterEachStep_ReturnsTheNewestRecord()
    {
        IncarnationRecord first = await CreateAsync("a");
        Assert.That((await _registry.FindAsync("a", default))!.NamespaceId, Is.EqualTo(first.NamespaceId));

        await _registry.DropAsync(first, default);
        IncarnationRecord dropped = (await _registry.FindAsync("a", default))!;
        Assert.That(dropped.IsDropped, Is.True);
        Assert.That(dropped.NamespaceId, Is.EqualTo(first.NamespaceId));

        IncarnationRecord second = await CreateAsync("a");
        Assert.That(second.Number, Is.EqualTo(3));
        Assert.That(second.NamespaceId, Is.Not.EqualTo(first.NamespaceId));
        Assert.That((await _registry.FindAsync("a", default))!.NamespaceId, Is.EqualTo(second.NamespaceId));
    }

    [Test]
    public async Task Create_SomebodyWasFirst_ReturnsTheirs()
    {
        IncarnationRecord theirs = await CreateAsync("a");

        IncarnationRecord found = await _registry.CreateAsync("a", NamespaceSchema.Empty, newest: null, default);

        Assert.That(found.NamespaceId, Is.EqualTo(theirs.NamespaceId));
        Assert.That(found.Schema.Vectors, Is.EqualTo(SampleManifests.Schema.Vectors));
    }

    [Test]
    public async Task Create_LostReply_IsRecognised()
    {
        _store.FailNext(StoreOperation.Put, "ns/", StoreFault.LoseReply);

        IncarnationRecord record = await CreateAsync("a");

        Assert.That((await _registry.FindAsync("a", default))!.NamespaceId, Is.EqualTo(record.NamespaceId));
    }

    [Test]
    public void Create_LostRequest_IsATransientFailure()
    {
        _store.FailNext(StoreOperation.Put, "ns/", StoreFault.LoseRequest);

        Assert.That(
            async () => await CreateAsync("a"),
            Throws.TypeOf<StorageException>().With.Property("IsTransient").True);
    }

    [Test]
    public async Task Drop_Twice_IsOnce()
    {
        IncarnationRecord record = await CreateAsync("a");
        await _registry.DropAsync(record, default);
        await _registry.DropAsync(record, default);

        Assert.That((await _registry.FindAsync("a", default))!.Number, Is.EqualTo(2));
    }

    [Test]
    public async Task List_Namespaces_AreInOrdinalOrderWithoutTheDropped()
    {
        string[] names = ["a", "a-b", "a.b", "a0", "A", "aa", "a_b", "a-", "b", "B-c", "dropped", "a--"];
        foreach (string name in names)
        {
            await CreateAsync(name);
        }

        await _registry.DropAsync((await _registry.FindAsync("dropped", default))!, default);
        await _registry.DropAsync((await _registry.FindAsync("b", default))!, default);
        await CreateAsync("b"); // Dropped and created again.

        List<string> listed = await ListAsync("");

        Assert.That(
            listed,
            Is.EqualTo(names.Where(name => name != "dropped").Order(StringComparer.Ordinal)));
        Assert.That(await ListAsync("a-"), Is.EqualTo(["a-", "a--", "a-b"]));
        Assert.That(await ListAsync("a!"), Is.Empty);
    }

    [Test]
    public async Task List_MoreThanAPage_ListsAll()
    {
        string[] names = [.. Enumerable.Range(0, 1_100).Select(i => $"n{i:D5}")];
        foreach (string name in names)
        {
            await CreateAsync(name);
        }

        Assert.That(await ListAsync("n"), Is.EqualTo(names));
    }

    [Test]
    public async Task Find_DamagedRecord_IsCorruptionForEveryBitAndLength()
    {
        await CreateAsync("a");
        string key = s_keys.Record("a", 1);
        using GetResult stored = await _store.GetAsync(key);
        byte[] bytes = stored.Data.ToArray();
        for (int i = 0; i < bytes.Length * 8; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[i / 8] ^= (byte)(1 << (i % 8));
            await AssertCorruptAsync(key, damaged, $"bit {i}");
        }

        for (int length = 0; length < bytes.Length; length++)
        {
            await AssertCorruptAsync(key, bytes[..length], $"{length} bytes");
        }
    }

    [Test]
    public void DecodeRecord_OfAnotherNameOrNumber_Throws()
    {
        byte[] stored = RegistryCodec.EncodeRecord(new("a", 1, Guid.NewGuid(), NamespaceSchema.Empty));

        Assert.That(() => RegistryCodec.DecodeRecord(stored, "b", 1), Throws.TypeOf<SegmentFormatException>());
        Assert.That(() => RegistryCodec.DecodeRecord(stored, "a", 3), Throws.TypeOf<SegmentFormatException>());
        Assert.That(() => RegistryCodec.DecodeRecord(stored, "a", 2), Throws.TypeOf<SegmentFormatException>());
    }

    [TestCase("a", true)]
    [TestCase("Az09._-", true)]
    [TestCase("", false)]
    [TestCase(".hidden", false)]
    [TestCase("a/b", false)]
    [TestCase("a!", false)]
    [TestCase("ä", false)]
    [TestCase("a b", false)]
    public void NamespaceNames_AreValidOrNot(string name, bool isValid) =>
        Assert.That(NamespaceNames.IsValid(name), Is.EqualTo(isValid));

    [Test]
    public void NamespaceNames_Length_IsBounded()
    {
        Assert.That(NamespaceNames.IsValid(new string('a', 200)), Is.True);
        Assert.That(NamespaceNames.IsValid(new string('a', 201)), Is.False);
    }

    private async Task<IncarnationRecord> CreateAsync(string name) => await _registry.CreateAsync(
        name, SampleManifests.Schema, await _registry.FindAsync(name, default), default);

    private async Task<List<string>> ListAsync(string prefix)
    {
        List<string> names = [];
        await foreach (string name in _registry.ListAsync(prefix, default))
        {
            names.Add(name);
        }

        return names;
    }

    private async Task AssertCorruptAsync(string key, byte[] content, string message)
    {
        await _store.PutAsync(key, new ReadOnlySequence<byte>(content));
        Assert.That(
            async () => await _registry.FindAsync("a", default),
            Throws.TypeOf<DataCorruptionException>().With.Property("ObjectKey").EqualTo(key),
            message);
    }
}
