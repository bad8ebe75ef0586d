using System.Buffers;
using System.Text;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Contracts;

public sealed class ObjectStoreWriteTests(StoreKind kind) : ObjectStoreContractTests(kind)
{
    private static readonly string s_longSegment = new('x', 1024);

    private static readonly string[] s_oddKeys =
    [
        "a", "a/b", "a/b/c", "A", "A/b", "a.tp", "a.tp/b", "a%", "a%20b", "%", "%%", "a b", " a", "a ", "a+b",
        "a=b&c?d#e",
        "..a", "a..", "a...b", ".hidden", "dir./file", "dir.tp/file.tp", ".tidepool/clock", "~tilde", "back\\slash",
        "co:lon",
        "quote\"s", "'", "<tag>", "pi|pe", "st*r", "new%0Aline", "CON", "con", "con.txt", "nul/aux/prn", "com1",
        "lpt9.x/y",
        "lost+found", "schön", "scho\u0308n", "日本語/キー", "emoji-😀", "\uFFFD", "\uE000", "\uD7FF", "\u0080", "é", "É",
        "ı", "İ",
        new('y', 199), new('y', 200), new('y', 201), new string('y', 200) + "/z", new string('y', 200) + ".",
        s_longSegment,
        s_longSegment[..^2] + "/b", new string('é', 512),
        string.Concat(Enumerable.Repeat("😀", 256)), new string('.', 250),
        string.Join('/', Enumerable.Repeat("d", 512)), new string('z', 200) + "/.a",
        new string('z', 199) + ".", "x/" + s_longSegment[..1022],
    ];

    private static readonly string[] s_illegalKeys =
    [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a/../../b", "tab\t", "line\n", "nul\0",
        "\u007F", "\uFFFF",
        "lone \uD800 surrogate", "\uDC00", s_longSegment + "x", new string('é', 513),
    ];

    [Test]
    public async Task OddKeys_AllAtOnce_AreDifferentObjects()
    {
        string[] keys = [.. s_oddKeys.Where(key => Encoding.UTF8.GetByteCount(key) <= Kind.MaxKeySizeBytes)];
        foreach (string key in keys)
        {
            PutResult put = await Store.PutTextAsync(key, $"content of {key}", PutCondition.IfAbsent);
            Assert.That(put.Succeeded, Is.True, key);
        }

        foreach (string key in keys)
        {
            Assert.That(await Store.TextAsync(key), Is.EqualTo($"content of {key}"));
        }

        Assert.That(await Store.KeysAsync(string.Empty), Is.EquivalentTo(keys));
        await Store.DeleteAsync(keys);
        Assert.That(await Store.KeysAsync(string.Empty), Is.Empty);
    }

    [TestCaseSource(nameof(s_illegalKeys))]
    public void IllegalKey_IsRefusedByEveryCall(string key) =>
        Assert.Multiple(() =>
        {
            Assert.That(async () => await Store.GetAsync(key), Throws.InstanceOf<ArgumentException>());
            Assert.That(async () => await Store.ReadAsync(key, 0, new byte[1]), Throws.InstanceOf<ArgumentException>());
            Assert.That(async () => await Store.PutTextAsync(key, "x"), Throws.InstanceOf<ArgumentException>());
            Assert.That(
                async () => await Store.UploadAsync(key, (_, _) => default), Throws.InstanceOf<ArgumentException>());
            Assert.That(async () => await Store.DeleteAsync(["fine", key]), Throws.InstanceOf<ArgumentException>());
        });

    [Test]
    public async Task Put_IfAbsent_KeepsWhatIsThere()
    {
        PutResult first = await Store.PutTextAsync("key", "first", PutCondition.IfAbsent);
        PutResult second = await Store.PutTextAsync("key", "second", PutCondition.IfAbsent);

        Assert.That(first.Succeeded, Is.True);
        Assert.That(first.EarlierAttemptInDoubt, Is.False);
        Assert.That(second, Is.EqualTo(new PutResult(false, null, second.StoreTime)));
        Assert.That(await Store.TextAsync("key"), Is.EqualTo("first"));
    }

    [Test]
    public async Task Put_IfAbsentAfterADelete_Creates()
    {
        await Store.PutTextAsync("f/key", "first", PutCondition.IfAbsent);
        await Store.DeleteAsync(["f/key"]);

        Assert.That((await Store.PutTextAsync("f/key", "second", PutCondition.IfAbsent)).Succeeded, Is.True);
        Assert.That(await Store.TextAsync("f/key"), Is.EqualTo("second"));
    }

    [Test]
    public async Task Put_IfMatch_ReplacesThatVersionOnly()
    {
        PutResult first = await Store.PutTextAsync("key", "1");
        PutResult second = await Store.PutTextAsync("key", "2", PutCondition.IfMatch(first.ETag!));
        PutResult stale = await Store.PutTextAsync("key", "3", PutCondition.IfMatch(first.ETag!));

        Assert.That(second.Succeeded, Is.True);
        Assert.That(second.ETag, Is.Not.EqualTo(first.ETag));
        Assert.That(stale, Is.EqualTo(new PutResult(false, null, stale.StoreTime)));
        Assert.That(await Store.TextAsync("key"), Is.EqualTo("2"));
    }

    [Test]
    public async Task Put_IfMatchOfNoObject_WritesNothing()
    {
        PutResult first = await Store.PutTextAsync("key", "1");
        await Store.DeleteAsync(["key"]);

        PutResult put = await Store.PutTextAsync("key", "2", PutCondition.IfMatch(first.ETag!));

        Assert.That(put.Succeeded, Is.False);
        Assert.That(await Store.TextAsync("key"), Is.Null);
    }

    [Test]
    public async Task ETag_IsTheSameEverywhere_AndNewWithEveryVersion()
    {
        var tags = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            PutResult put = await Store.PutTextAsync("key", $"version {i:d5}");
            using GetResult got = await Store.GetAsync("key");
            ReadResult read = await Store.ReadAsync("key", 0, new byte[1]);
            ObjectInfo listed = (await Store.ListAsync("key")).Objects.Single();

            Assert.That(new[] { got.ETag, read.ETag, listed.ETag }, Is.All.EqualTo(put.ETag));
            Assert.That(tags.Add(put.ETag!), Is.True, $"version {i} has the tag of an earlier one");
        }
    }

    [Test]
    public async Task Put_BufferReusedAfterwards_LeavesTheObjectAlone()
    {
        byte[] buffer = Encoding.UTF8.GetBytes("original");
        await Store.PutAsync("key", StoreCalls.Bytes(buffer));
        buffer.AsSpan().Clear();

        Assert.That(await Store.TextAsync("key"), Is.EqualTo("original"));
    }

    [TestCase(3, 10)]
    [TestCase(1500, 7)] // More pieces than one vectored write takes.
    [TestCase(40, 100_000)]
    public async Task Put_ContentInPieces_IsJoined(int pieces, int size)
    {
        byte[] data = StoreCalls.Noise(pieces * size, seed: 7);
        var content = new Pieces(data, size);

        await Store.PutAsync("key", content.Sequence);

        using GetResult got = await Store.GetAsync("key");
        Assert.That(got.Data.Span.SequenceEqual(data), Is.True);
    }

    [Test]
    public async Task Delete_SomeThatDoNotExist_DeletesTheOthers()
    {
        await Store.PutTextAsync("a/1", "x");
        await Store.PutTextAsync("a/2", "x");

        await Store.DeleteAsync(["a/1", "a/none", "none", "b/none"]);
        await Store.DeleteAsync([]);

        Assert.That(await Store.KeysAsync(string.Empty), Is.EqualTo(["a/2"]));
    }

    [Test]
    public async Task Delete_KeyThatIsAlsoAFolder_LeavesTheFolder()
    {
        await Store.PutTextAsync("a", "x");
        await Store.PutTextAsync("a/b", "y");

        await Store.DeleteAsync(["a"]);

        Assert.That(await Store.TextAsync("a"), Is.Null);
        Assert.That(await Store.TextAsync("a/b"), Is.EqualTo("y"));
    }

    [Test]
    public async Task Canceled_BeforeTheCall_DoesNothing()
    {
        var canceled = new CancellationToken(canceled: true);
        await Store.PutTextAsync("key", "text");

        Assert.Multiple(() =>
        {
            Assert.That(
                async () => await Store.GetAsync("key", null, canceled),
                Throws.InstanceOf<OperationCanceledException>());
            Assert.That(
                async () => await Store.ReadAsync("key", 0, new byte[1], canceled),
                Throws.InstanceOf<OperationCanceledException>());
            Assert.That(
                async () => await Store.PutAsync("key", default, default, canceled),
                Throws.InstanceOf<OperationCanceledException>());
            Assert.That(
                async () => await Store.DeleteAsync(["key"], canceled),
                Throws.InstanceOf<OperationCanceledException>());
            Assert.That(
                async () => await Store.ListAsync(string.Empty, null, 10, canceled),
                Throws.InstanceOf<OperationCanceledException>());
        });
        Assert.That(await Store.TextAsync("key"), Is.EqualTo("text"));
    }

    /// <summary>A sequence of several pieces.</summary>
    private sealed class Pieces : ReadOnlySequenceSegment<byte>
    {
        internal Pieces(ReadOnlyMemory<byte> data, int size, long index = 0)
        {
            Memory = data[..size];
            RunningIndex = index;
            Pieces? next = data.Length > size ? new Pieces(data[size..], size, index + size) : null;
            Next = next;
            Last = next?.Last ?? this;
        }

        internal ReadOnlySequence<byte> Sequence => new(this, 0, Last, Last.Memory.Length);

        private Pieces Last { get; }
    }
}
