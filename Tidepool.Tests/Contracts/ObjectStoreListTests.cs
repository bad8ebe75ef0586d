using System.Text;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Contracts;

public sealed class ObjectStoreListTests(StoreKind kind) : ObjectStoreContractTests(kind)
{
    private static readonly string[] s_tree =
    [
        "a", "a!", "a-b", "a.b", "a/b", "a/b/c", "a/b-c", "a0", "aa", "a/B", "A/b", "b/1/x", "b/1/y", "b/10/x",
        "b/2/x", "c", "c/d/e/f",
        "é", "z/é/1", "z/\uFFFD", "z/😀", "z/\uE000", "z/\uD7FF", "a/" + new string('q', 250),
        "a/" + new string('q', 250) + "/r",
        "a/" + new string('q', 199), "a/" + new string('q', 200), "a/" + new string('q', 200) + "-",
        "a/" + new string('q', 200) + "/s",
    ];

    private static readonly string[] s_prefixes =
    [
        "", "a", "a/", "a/b", "a/b/", "a/q", "a/" + new string('q', 150), "a/" + new string('q', 200),
        "a/" + new string('q', 220), "a/" + new string('q', 200) + "/", "b", "b/1", "b/1/", "b/3/", "z/", "z/é",
        "none", "none/", "c/d/", "/", "a//",
        "../", "a/../", "a/./", "é", "A", "A/",
    ];

    private static readonly string?[] s_starts =
    [
        null, "", "a", "a-", "a/", "a/b", "a/b/b", "a/q", "a/" + new string('q', 201), "b/1/x", "b/1/zz",
        "z/\uFFFD", "~",
    ];

    private static IEnumerable<string> InByteOrder(IEnumerable<string> keys) =>
        keys.OrderBy(Hex, StringComparer.Ordinal);

    private static string Hex(string key) => Convert.ToHexString(Encoding.UTF8.GetBytes(key));

    [Test]
    public async Task List_EveryPrefixAndStart_IsInByteOrderOfUtf8()
    {
        foreach (string key in s_tree)
        {
            await Store.PutTextAsync(key, key);
        }

        foreach (string prefix in s_prefixes)
        {
            foreach (string? start in s_starts)
            {
                string[] expected =
                [
                    .. InByteOrder(s_tree.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)))
                        .Where(key => start is null || Comes(start, key)),
                ];

                List<string> found = await Store.KeysAsync(prefix, start);

                Assert.That(found, Is.EqualTo(expected), $"prefix '{prefix}', after '{start}'");
            }
        }

        static bool Comes(string start, string key) => string.CompareOrdinal(Hex(start), Hex(key)) < 0;
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    public async Task List_InSmallPages_MissesNothing(int maxKeys)
    {
        foreach (string key in s_tree)
        {
            await Store.PutTextAsync(key, key);
        }

        Assert.That(await Store.KeysAsync(string.Empty, null, maxKeys), Is.EqualTo(InByteOrder(s_tree)));
        Assert.That((await Store.ListAsync(string.Empty, null, maxKeys)).Objects, Has.Count.LessThanOrEqualTo(maxKeys));
    }

    [Test]
    public async Task List_2500Objects_ComesInPages()
    {
        string[] keys = [.. Enumerable.Range(0, 2500).Select(i => $"d/wal/{(i * 7919) % 2500:d20}")];
        await Parallel.ForEachAsync(keys, async (key, _) => await Store.PutTextAsync(key, "x"));
        await Store.PutTextAsync("d/wak", "before");
        await Store.PutTextAsync("d/wam", "after");

        ObjectListing first = await Store.ListAsync("d/wal/");
        List<string> all = await Store.KeysAsync("d/wal/");
        List<string> tail = await Store.KeysAsync("d/wal/", $"d/wal/{1500:d20}");

        Assert.That(first.IsTruncated, Is.True);
        Assert.That(all, Is.EqualTo(keys.Order(StringComparer.Ordinal)));
        Assert.That(tail, Is.EqualTo(keys.Order(StringComparer.Ordinal).Skip(1501)));

        await Store.DeleteAsync(keys);
        Assert.That(await Store.KeysAsync("d/"), Is.EqualTo(["d/wak", "d/wam"]));
    }

    [Test]
    public async Task List_ExactlyOnePage_SaysWhatItHolds()
    {
        await Store.PutTextAsync("a", "12345");
        PutResult put = await Store.PutTextAsync("b", "1234567");

        ObjectListing page = await Store.ListAsync(string.Empty, null, 1);
        ObjectListing last = await Store.ListAsync(string.Empty, "a", 1);

        Assert.That(page.Objects.Single().Key, Is.EqualTo("a"));
        Assert.That(page.IsTruncated, Is.True);
        ObjectInfo found = last.Objects.Single();
        Assert.That((found.Key, found.Length, found.ETag), Is.EqualTo(("b", 7L, put.ETag)));
        Assert.That(await Store.KeysAsync(string.Empty, "b"), Is.Empty);
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(1001)]
    public void List_ImpossiblePageSize_IsTheCallersMistake(int maxKeys) =>
        Assert.That(
            async () => await Store.ListAsync(string.Empty, null, maxKeys),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
}
