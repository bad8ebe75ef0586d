using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Contracts;

public sealed class ObjectStoreUploadTests(StoreKind kind) : ObjectStoreContractTests(kind)
{
    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(1000, 7)]
    [TestCase(1 << 20, 1 << 20)]
    [TestCase((1 << 20) + 1, 4096)]
    [TestCase(8 << 20, 1 << 16)]
    [TestCase((8 << 20) + 1, 3 << 20)]
    [TestCase(20_000_000, 99_991)]
    public async Task Upload_InPieces_ComesBackWhole(int size, int pieceSize)
    {
        byte[] data = StoreCalls.Noise(size, seed: size);

        PutResult put = await Store.UploadAsync("dir/key", async (stream, stop) =>
        {
            for (int offset = 0; offset < size; offset += pieceSize)
            {
                await stream.WriteAsync(data.AsMemory(offset, Math.Min(pieceSize, size - offset)), stop);
            }
        });

        using GetResult got = await Store.GetAsync("dir/key");
        Assert.That(put.Succeeded, Is.True);
        Assert.That(put.ETag, Is.Null.Or.EqualTo(got.ETag));
        Assert.That(got.Data.Span.SequenceEqual(data), Is.True);
        Assert.That((await Store.ListAsync("dir/")).Objects.Single().Length, Is.EqualTo(size));
    }

    [Test]
    public async Task Upload_64MiB_ComesBackInRanges()
    {
        const int size = 64 << 20;
        byte[] data = StoreCalls.Noise(size, seed: 8);

        await Store.UploadAsync("key", (stream, stop) => stream.WriteAsync(data, stop));

        var part = new byte[5 << 20];
        for (int offset = 0; offset < size; offset += part.Length)
        {
            ReadResult read = await Store.ReadAsync("key", offset, part);
            int expected = Math.Min(part.Length, size - offset);
            Assert.That(read.BytesRead, Is.EqualTo(expected));
            Assert.That(part.AsSpan(0, expected).SequenceEqual(data.AsSpan(offset, expected)), Is.True);
        }
    }

    [Test]
    public async Task Upload_SynchronousWriter_IsServedToo()
    {
        await Store.UploadAsync("key", async (stream, _) =>
        {
            await using var writer = new StreamWriter(stream); // Disposes the stream when done.
            for (int i = 0; i < 100_000; i++)
            {
                writer.Write(i);
                writer.Write('\n');
            }
        });

        string expected = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i}\n"));
        Assert.That(await Store.TextAsync("key"), Is.EqualTo(expected));
    }

    [TestCase(100)]
    [TestCase(30 << 20)]
    public async Task Upload_ThatFails_LeavesTheOldObject(int size)
    {
        await Store.PutTextAsync("key", "old");
        var half = new byte[size];

        Assert.That(
            async () => await Store.UploadAsync("key", async (stream, stop) =>
            {
                await stream.WriteAsync(half, stop);
                throw new FormatException("The caller's own.");
            }),
            Throws.InstanceOf<FormatException>());
        Assert.That(
            async () => await Store.UploadAsync("new", async (stream, stop) =>
            {
                await stream.WriteAsync(half, stop);
                throw new FormatException("The caller's own.");
            }),
            Throws.InstanceOf<FormatException>());

        Assert.That(await Store.TextAsync("key"), Is.EqualTo("old"));
        Assert.That(await Store.KeysAsync(string.Empty), Is.EqualTo(["key"]));
    }

    [Test]
    public async Task Upload_CanceledMidway_LeavesNothing()
    {
        using var stop = new CancellationTokenSource();

        Assert.That(
            async () => await Store.UploadAsync(
                "key",
                async (stream, token) =>
                {
                    await stream.WriteAsync(new byte[10 << 20], token);
                    await stop.CancelAsync();
                    await stream.WriteAsync(new byte[10 << 20], token);
                },
                stop.Token),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await Store.KeysAsync(string.Empty), Is.Empty);
    }

    [Test]
    public async Task Upload_UnderWay_ShowsTheOldObject()
    {
        await Store.PutTextAsync("key", "old");
        var seen = new List<string?>();

        await Store.UploadAsync("key", async (stream, stop) =>
        {
            for (int i = 0; i < 10; i++)
            {
                await stream.WriteAsync(new byte[3 << 20], stop);
                seen.Add(await Store.TextAsync("key"));
                seen.AddRange(await Store.KeysAsync(string.Empty));
            }
        });

        Assert.That(seen.Distinct(), Is.EqualTo(["old", "key"]));
        using GetResult got = await Store.GetAsync("key", new ObjectRange(0, 1));
        Assert.That(got.ObjectLength, Is.EqualTo(30 << 20));
    }

    [Test]
    public async Task Upload_Stream_IsForwardOnly() =>
        await Store.UploadAsync("key", (stream, _) =>
        {
            Assert.Multiple(() =>
            {
                Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite), Is.EqualTo((false, false, true)));
                Assert.That(() => stream.Seek(0, SeekOrigin.Begin), Throws.InstanceOf<NotSupportedException>());
                Assert.That(() => stream.SetLength(0), Throws.InstanceOf<NotSupportedException>());
                Assert.That(() => stream.Length, Throws.InstanceOf<NotSupportedException>());
            });
            return default;
        });

    [Test]
    public async Task Upload_StreamKeptAfterwards_RefusesWrites()
    {
        Stream? kept = null;
        await Store.UploadAsync("key", (stream, stop) =>
        {
            kept = stream;
            return stream.WriteAsync("text"u8.ToArray(), stop);
        });

        Assert.That(() => kept!.Write("more"u8), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(await Store.TextAsync("key"), Is.EqualTo("text"));
    }
}
