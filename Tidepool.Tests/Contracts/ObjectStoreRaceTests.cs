using System.Text;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Contracts;

public sealed class ObjectStoreRaceTests(StoreKind kind) : ObjectStoreContractTests(kind)
{
    [Test]
    public async Task Create_64ClientsRaceFor200Keys_EachKeyHasOneWinner()
    {
        const int clients = 64;
        const int keys = 200;
        var winners = new int[keys][];
        for (int key = 0; key < keys; key++)
        {
            winners[key] = new int[clients];
        }

        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            for (int key = 0; key < keys; key++)
            {
                PutResult put = await CreateAsync($"race/{key:d3}", $"client {client}");
                winners[key][client] = put.Succeeded ? 1 : 0;
            }
        })));

        for (int key = 0; key < keys; key++)
        {
            Assert.That(winners[key].Sum(), Is.EqualTo(1), $"winners of key {key}");
            Assert.That(
                await Store.TextAsync($"race/{key:d3}"), Is.EqualTo($"client {Array.IndexOf(winners[key], 1)}"));
        }
    }

    [Test]
    public async Task CompareAndSwap_16ClientsCount_NoIncrementIsLost()
    {
        const int clients = 16;
        const int increments = 20;
        await Store.PutTextAsync("counter", "start");

        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            for (int i = 0; i < increments; i++)
            {
                await IncrementAsync($"{client}-{i}");
            }
        })));

        string[] counted = (await Store.TextAsync("counter"))!.Split(' ');
        Assert.That(counted, Has.Length.EqualTo(1 + (clients * increments)));
        Assert.That(counted, Is.Unique);
    }

    [Test]
    public async Task Overwrite_UnderReaders_IsNeverTorn()
    {
        const int size = 1 << 20;
        await Store.PutAsync("key", StoreCalls.Bytes(Uniform(0)));
        using var done = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadUntilAsync(done.Token)))];

        for (byte version = 1; version <= 30; version++)
        {
            await Store.PutAsync("key", StoreCalls.Bytes(Uniform(version)));
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);

        static byte[] Uniform(byte version)
        {
            var data = new byte[size + version];
            data.AsSpan().Fill(version);
            return data;
        }

        async Task ReadUntilAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                using GetResult got = await Retry(() => Store.GetAsync("key", null, CancellationToken.None));
                byte version = got.Data.Span[0];
                Assert.That(got.ObjectLength, Is.EqualTo(size + version));
                Assert.That(got.Data.Length, Is.EqualTo(size + version));
                Assert.That(got.Data.Span.ContainsAnyExcept(version), Is.False, "a torn read");
            }
        }
    }

    [Test]
    public async Task CreateAndDelete_InOneFolder_NeverLosesAnObject()
    {
        // Deleting the last object of a folder must not take a new one with it.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (int i = 0; i < 40; i++)
            {
                string key = $"shared/folder/{client}-{i}";
                PutResult put = await CreateAsync(key, key);
                Assert.That(put.Succeeded, Is.True);
                Assert.That(await Store.TextAsync(key), Is.EqualTo(key));
                if (i < 39)
                {
                    await Store.DeleteAsync([key]);
                    Assert.That(await Store.TextAsync(key), Is.Null);
                }
            }
        })));

        Assert.That(await Store.KeysAsync("shared/"), Has.Count.EqualTo(8));
    }

    /// <summary>A real server may answer "try again" under such load.</summary>
    private static async Task<T> Retry<T>(Func<ValueTask<T>> call)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (StorageException error) when (error.IsTransient && attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(attempt * 5));
            }
        }
    }

    /// <summary>Creates an object; if the outcome is in doubt, looks whose it is.</summary>
    private async Task<PutResult> CreateAsync(string key, string text)
    {
        bool isInDoubt = false;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                PutResult put = await Store.PutTextAsync(key, text, PutCondition.IfAbsent);
                bool isOurs = put.Succeeded ||
                    ((isInDoubt || put.EarlierAttemptInDoubt) && await Store.TextAsync(key) == text);
                return put with { Succeeded = isOurs };
            }
            catch (StorageException error) when (error.IsTransient && attempt < 20)
            {
                isInDoubt = true;
                await Task.Delay(TimeSpan.FromMilliseconds(attempt * 5));
            }
        }
    }

    /// <summary>The counter is a list of who counted: so nobody counts twice after an attempt in doubt.</summary>
    private async Task IncrementAsync(string name)
    {
        while (true)
        {
            using GetResult got = await Retry(() => Store.GetAsync("counter"));
            string text = Encoding.UTF8.GetString(got.Data.Span);
            if (text.Split(' ').Contains(name))
            {
                return;
            }

            try
            {
                PutResult put = await Store.PutTextAsync("counter", $"{text} {name}", PutCondition.IfMatch(got.ETag!));
                if (put.Succeeded)
                {
                    return;
                }
            }
            catch (StorageException error) when (error.IsTransient)
            {
                // Lost, or unknown: the next look tells.
            }
        }
    }
}
