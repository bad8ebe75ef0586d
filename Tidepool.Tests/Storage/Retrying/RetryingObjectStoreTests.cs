using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Storage.Retrying;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Storage.Retrying;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RetryingObjectStoreTests
{
    private static readonly RetryPolicy s_policy = new() { MaxAttempts = 4, FirstDelay = TimeSpan.FromSeconds(1) };

    private readonly ManualTime _time = new();
    private readonly InMemoryObjectStore _memory = new();

    [Test]
    public async Task Put_AnswerLost_SaysThatAnAttemptWasInDoubt()
    {
        FaultyObjectStore faulty = NewFaulty();
        faulty.FailNext(StoreOperation.Put, "key", StoreFault.LoseReply);

        PutResult put = await RunAsync(NewStore(faulty).PutTextAsync("key", "mine", PutCondition.IfAbsent));

        Assert.That((put.Succeeded, put.EarlierAttemptInDoubt), Is.EqualTo((false, true)));
        Assert.That(await _memory.TextAsync("key"), Is.EqualTo("mine"));
    }

    [Test]
    public async Task Put_RequestLost_SucceedsAndSaysSo()
    {
        FaultyObjectStore faulty = NewFaulty();
        faulty.FailNext(StoreOperation.Put, "key", StoreFault.LoseRequest, times: 3);

        PutResult put = await RunAsync(NewStore(faulty).PutTextAsync("key", "mine", PutCondition.IfAbsent));

        Assert.That((put.Succeeded, put.EarlierAttemptInDoubt), Is.EqualTo((true, true)));
        Assert.That(faulty.CountRequests(StoreOperation.Put), Is.EqualTo(4));
    }

    [Test]
    public async Task Put_SentOnce_HasNoDoubt()
    {
        await _memory.PutTextAsync("key", "other");

        PutResult put = await NewStore(NewFaulty()).PutTextAsync("key", "mine", PutCondition.IfAbsent);

        Assert.That((put.Succeeded, put.EarlierAttemptInDoubt), Is.EqualTo((false, false)));
    }

    [Test]
    public void Put_RefusedAfterADoubt_StaysInDoubt()
    {
        FaultyObjectStore faulty = NewFaulty();
        faulty.FailNext(StoreOperation.Put, "key", StoreFault.LoseReply);
        faulty.FailNext(StoreOperation.Put, "key", StoreFault.Refuse);

        Assert.That(
            async () => await RunAsync(NewStore(faulty).PutTextAsync("key", "mine")),
            Throws.InstanceOf<StorageException>().With.Property(nameof(StorageException.IsTransient)).True);
    }

    [Test]
    public void Put_RefusedAtOnce_IsNotRepeated()
    {
        FaultyObjectStore faulty = NewFaulty();
        faulty.FailNext(StoreOperation.Put, "key", StoreFault.Refuse);

        Assert.That(
            async () => await NewStore(faulty).PutTextAsync("key", "mine"),
            Throws.InstanceOf<StorageException>().With.Property(nameof(StorageException.IsTransient)).False);
        Assert.That(faulty.CountRequests(StoreOperation.Put), Is.EqualTo(1));
    }

    [Test]
    public void Put_AllAttemptsLost_ThrowsTheLast()
    {
        FaultyObjectStore faulty = NewFaulty();
        faulty.FailNext(StoreOperation.Put, "key", StoreFault.LoseRequest, times: 100);
        RetryingObjectStore store = NewStore(faulty);

        Assert.That(
            async () => await RunAsync(store.PutTextAsync("key", "mine")),
            Throws.InstanceOf<StorageException>().With.Property(nameof(StorageException.IsTransient)).True);
        Assert.That(faulty.CountRequests(StoreOperation.Put), Is.EqualTo(4));
        Assert.That(store.RetryCount, Is.EqualTo(3));
    }

    [Test]
    public async Task ReadsListsAndDeletes_AreRepeated()
    {
        FaultyObjectStore faulty = NewFaulty();
        await _memory.PutTextAsync("key", "text");
        RetryingObjectStore store = NewStore(faulty);
        faulty.FailNext(StoreOperation.Get, "key", StoreFault.LoseRequest, times: 2);
        string? text = await RunAsync(store.TextAsync("key"));
        faulty.FailNext(StoreOperation.Get, "key", StoreFault.LoseRequest);
        ReadResult read = await RunAsync(store.ReadAsync("key", 0, new byte[2]).AsTask());
        faulty.FailNext(StoreOperation.List, "k", StoreFault.LoseRequest);
        List<string> keys = await RunAsync(store.KeysAsync("k"));
        faulty.FailNext(StoreOperation.Delete, "key", StoreFault.LoseRequest);
        await RunAsync(store.DeleteAsync(["key"]).AsTask());

        Assert.That((text, read.BytesRead, keys.Single()), Is.EqualTo(("text", 2, "key")));
        Assert.That(await _memory.TextAsync("key"), Is.Null);
        Assert.That(store.RetryCount, Is.EqualTo(5));
    }

    [Test]
    public void Cancel_WhileWaiting_EndsAtOnce()
    {
        FaultyObjectStore faulty = NewFaulty();
        faulty.FailNext(StoreOperation.Put, "key", StoreFault.LoseRequest, times: 100);
        using var stop = new CancellationTokenSource();
        ValueTask<PutResult> put = NewStore(faulty).PutAsync("key", StoreCalls.Bytes("x"), default, stop.Token);

        stop.Cancel();

        Assert.That(async () => await put, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(faulty.CountRequests(StoreOperation.Put), Is.EqualTo(1));
    }

    [Test]
    public async Task Upload_ThatFails_IsNotRepeated()
    {
        FaultyObjectStore faulty = NewFaulty();
        faulty.FailNext(StoreOperation.Put, "key", StoreFault.LoseRequest);
        int calls = 0;

        Assert.That(
            async () => await NewStore(faulty).UploadAsync("key", (_, _) =>
            {
                calls++;
                return default;
            }),
            Throws.InstanceOf<StorageException>());
        Assert.That(calls, Is.Zero);
        Assert.That(await _memory.TextAsync("key"), Is.Null);
    }

    [Test]
    public async Task SameSeed_WaitsTheSame_AnotherSeedDoesNot()
    {
        var waits = new List<long>();
        foreach (int seed in new[] { 1, 1, 2 })
        {
            FaultyObjectStore faulty = NewFaulty();
            faulty.FailNext(StoreOperation.Get, "key", StoreFault.LoseRequest, times: 3);
            long start = _time.GetTimestamp();
            Task<string?> get = new RetryingObjectStore(faulty, s_policy, _time, seed).TextAsync("key");
            while (!get.IsCompleted)
            {
                await StepAsync(get, TimeSpan.FromMilliseconds(1));
            }

            waits.Add(_time.GetElapsedTime(start).Ticks);
        }

        Assert.That(waits[1], Is.EqualTo(waits[0]));
        Assert.That(waits[2], Is.Not.EqualTo(waits[0]));
    }

    private FaultyObjectStore NewFaulty() => new(_memory);

    private RetryingObjectStore NewStore(IObjectStore inner) => new(inner, s_policy, _time, seed: 42);

    /// <summary>Lets time pass until a call is over.</summary>
    private async Task<T> RunAsync<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            await StepAsync(call, TimeSpan.FromSeconds(10));
        }

        return await call;
    }

    /// <summary>Waits until the call is over or waits for time to pass, and lets some pass.</summary>
    private async Task StepAsync(Task call, TimeSpan by)
    {
        while (!call.IsCompleted && _time.WaitingTimers == 0)
        {
            await Task.Yield();
        }

        _time.Advance(by);
    }
}
