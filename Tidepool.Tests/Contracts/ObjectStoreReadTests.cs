using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Contracts;

public sealed class ObjectStoreReadTests(StoreKind kind) : ObjectStoreContractTests(kind)
{
    [Test]
    public async Task Get_NoSuchKey_IsAnAnswer()
    {
        using GetResult whole = await Store.GetAsync("no/such/key");
        using GetResult part = await Store.GetAsync("no/such/key", new ObjectRange(5, 5));
        ReadResult read = await Store.ReadAsync("no/such/key", 0, new byte[4]);

        Assert.Multiple(() =>
        {
            Assert.That(whole.Found, Is.False);
            Assert.That(whole.ETag, Is.Null);
            Assert.That(whole.Data.Length, Is.Zero);
            Assert.That(whole.StoreTime, Is.Not.Null);
            Assert.That(part.Found, Is.False);
            Assert.That(part.StoreTime, Is.Not.Null);
            Assert.That(read, Is.EqualTo(new ReadResult(false, 0, null, read.StoreTime)));
            Assert.That(read.StoreTime, Is.Not.Null);
        });
    }

    [Test]
    public async Task Get_WholeObject_HasItsBytesLengthAndTag()
    {
        byte[] data = StoreCalls.Noise(100_000, seed: 1);
        PutResult put = await Store.PutAsync("a/b", StoreCalls.Bytes(data));

        using GetResult got = await Store.GetAsync("a/b");

        Assert.That(put.Succeeded, Is.True);
        Assert.That(got.Found, Is.True);
        Assert.That(got.Data.ToArray(), Is.EqualTo(data));
        Assert.That(got.ObjectLength, Is.EqualTo(data.Length));
        Assert.That(got.ETag, Is.EqualTo(put.ETag));
    }

    [TestCase(0, 1, 1)]
    [TestCase(0, 100, 100)]
    [TestCase(0, long.MaxValue, 100)]
    [TestCase(3, 4, 4)]
    [TestCase(90, 10, 10)] // A suffix.
    [TestCase(90, 11, 10)]
    [TestCase(99, 1, 1)]
    [TestCase(1, long.MaxValue, 99)]
    [TestCase(100, 1, 0)]
    [TestCase(100, 1000, 0)]
    [TestCase(5_000_000_000, 7, 0)]
    [TestCase(long.MaxValue, long.MaxValue, 0)]
    public async Task Get_Range_IsThatPart(long offset, long length, int expected)
    {
        byte[] data = StoreCalls.Noise(100, seed: 2);
        PutResult put = await Store.PutAsync("key", StoreCalls.Bytes(data));

        using GetResult got = await Store.GetAsync("key", new ObjectRange(offset, length));

        Assert.That(got.Found, Is.True);
        Assert.That(got.Data.ToArray(), Is.EqualTo(data.Skip((int)Math.Min(offset, 100)).Take(expected)));
        Assert.That(got.ObjectLength, Is.EqualTo(100));
        Assert.That(got.ETag, Is.EqualTo(put.ETag));
    }

    [TestCase(0, 100, 100)]
    [TestCase(0, 101, 100)]
    [TestCase(50, 10, 10)]
    [TestCase(95, 10, 5)]
    [TestCase(100, 10, 0)]
    [TestCase(5_000_000_000, 10, 0)]
    [TestCase(0, 0, 0)]
    [TestCase(7, 0, 0)]
    [TestCase(200, 0, 0)]
    public async Task Read_IntoMemory_FillsWhatThereIs(long offset, int size, int expected)
    {
        byte[] data = StoreCalls.Noise(100, seed: 3);
        PutResult put = await Store.PutAsync("key", StoreCalls.Bytes(data));
        var destination = new byte[size + 8];

        ReadResult read = await Store.ReadAsync("key", offset, destination.AsMemory(4, size));

        Assert.That(read, Is.EqualTo(new ReadResult(true, expected, put.ETag, read.StoreTime)));
        Assert.That(
            destination.Skip(4).Take(expected), Is.EqualTo(data.Skip((int)Math.Min(offset, 100)).Take(expected)));
        Assert.That(destination.Take(4).Concat(destination.Skip(4 + expected)), Is.All.Zero);
    }

    [TestCase(-1, 1)]
    [TestCase(0, 0)]
    [TestCase(0, -1)]
    public async Task Get_ImpossibleRange_IsTheCallersMistake(long offset, long length)
    {
        await Store.PutTextAsync("key", "text");

        Assert.That(
            async () => await Store.GetAsync("key", new ObjectRange(offset, length)),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Read_NegativeOffset_IsTheCallersMistake() =>
        Assert.That(
            async () => await Store.ReadAsync("key", -1, new byte[1]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task ZeroByteObject_IsAnObject()
    {
        PutResult put = await Store.PutAsync("empty", default, PutCondition.IfAbsent);
        PutResult again = await Store.PutAsync("empty", default, PutCondition.IfAbsent);

        using GetResult whole = await Store.GetAsync("empty");
        using GetResult part = await Store.GetAsync("empty", new ObjectRange(0, 10));
        ReadResult read = await Store.ReadAsync("empty", 0, new byte[3]);
        ObjectListing listing = await Store.ListAsync(string.Empty);

        Assert.Multiple(() =>
        {
            Assert.That(put.Succeeded, Is.True);
            Assert.That(again.Succeeded, Is.False);
            Assert.That((whole.Found, whole.Data.Length, whole.ObjectLength), Is.EqualTo((true, 0, 0L)));
            Assert.That((part.Found, part.Data.Length, part.ObjectLength), Is.EqualTo((true, 0, 0L)));
            Assert.That((whole.ETag, part.ETag), Is.EqualTo((put.ETag, put.ETag)));
            Assert.That((read.Found, read.BytesRead), Is.EqualTo((true, 0)));
            Assert.That(listing.Objects.Single().Length, Is.Zero);
        });
    }

    [Test]
    public async Task Get_BytesInHand_SurviveAnOverwriteAndADelete()
    {
        byte[] first = StoreCalls.Noise(300_000, seed: 4);
        await Store.PutAsync("key", StoreCalls.Bytes(first));
        using GetResult got = await Store.GetAsync("key");

        await Store.PutAsync("key", StoreCalls.Bytes(StoreCalls.Noise(300_000, seed: 5)));
        await Store.DeleteAsync(["key"]);

        Assert.That(StoreCalls.Hash(got.Data.Span), Is.EqualTo(StoreCalls.Hash(first)));
    }

    [Test]
    public async Task LargeObject_PutWhole_ComesBackWholeAndInParts()
    {
        const int size = 64 << 20;
        byte[] data = StoreCalls.Noise(size, seed: 6);

        await Store.PutAsync("large", StoreCalls.Bytes(data));

        using GetResult whole = await Store.GetAsync("large");
        using GetResult part = await Store.GetAsync("large", new ObjectRange((32 << 20) - 7, 1 << 20));
        Assert.That(StoreCalls.Hash(whole.Data.Span), Is.EqualTo(StoreCalls.Hash(data)));
        Assert.That(part.Data.Span.SequenceEqual(data.AsSpan((32 << 20) - 7, 1 << 20)), Is.True);
    }

    [Test]
    public async Task StoreTime_OfEveryAnswer_NeverGoesBack()
    {
        var times = new List<DateTimeOffset?>();
        for (int i = 0; i < 20; i++)
        {
            times.Add((await Store.PutTextAsync($"key{i % 3}", $"text {i}")).StoreTime);
            times.Add((await Store.PutTextAsync("key0", "text", PutCondition.IfAbsent)).StoreTime);
            using GetResult got = await Store.GetAsync("key0");
            times.Add(got.StoreTime);
            using GetResult missing = await Store.GetAsync("none");
            times.Add(missing.StoreTime);
            times.Add((await Store.ReadAsync("key0", 0, new byte[1])).StoreTime);
            times.Add((await Store.ListAsync(string.Empty)).StoreTime);
            times.Add(await Store.DeleteAsync(["key2"]));
        }

        Assert.That(times, Is.All.Not.Null);
        Assert.That(times, Is.Ordered);
    }

    [Test]
    public async Task LastModified_IsOnTheStoresClock()
    {
        using GetResult before = await Store.GetAsync("none");
        await Store.PutTextAsync("key", "text");
        using GetResult after = await Store.GetAsync("none");

        DateTimeOffset written = (await Store.ListAsync("key")).Objects.Single().LastModified;

        var rounding = TimeSpan.FromSeconds(1); // Bucket times are whole seconds, rounded either way.
        Assert.That(
            written, Is.InRange(before.StoreTime!.Value - rounding, after.StoreTime!.Value + rounding));
    }
}
