using NUnit.Framework;
using Tidepool.Recovery;
using Tidepool.Storage;
using Tidepool.Tests.Support;
using Tidepool.Wal;

namespace Tidepool.Tests.Core.Wal;

/// <summary>The real log under random faults, pauses and collections: the same promises that the model keeps.</summary>
/// <remarks>Everything runs on one thread and from one seed, which the test's name tells.</remarks>
internal sealed class LogSimulationTests : LogFixture
{
    private const int ProcessCount = 3;
    private const int StepCount = 150;

    private static readonly StoreFault[] s_putFaults =
    [
        StoreFault.LoseRequest, StoreFault.LoseReply, StoreFault.Delay, StoreFault.Refuse,
        StoreFault.RetryAfterLostReply, StoreFault.RetryAfterLostRequest, StoreFault.CancelAfterApplying,
    ];

    private readonly List<Guid> _acked = [];
    private readonly List<Guid> _failed = [];
    private readonly List<Guid> _unknown = [];
    private readonly List<LogProcess> _alive = [];
    private readonly List<LogProcess> _delaying = [];
    private Random _random = null!;

    [Test]
    public async Task Log_RandomFaults_KeepsItsPromises([Range(1, 200)] int seed)
    {
        _random = new Random(seed);
        _acked.Clear();
        _failed.Clear();
        _unknown.Clear();
        _alive.Clear();
        _delaying.Clear();
        for (int i = 0; i < ProcessCount; i++)
        {
            _alive.Add(await OpenAsync());
        }

        for (int step = 0; step < StepCount; step++)
        {
            await StepAsync(_alive[_random.Next(ProcessCount)]);
        }

        await JudgeAsync();
    }

    private async Task StepAsync(LogProcess process)
    {
        switch (_random.Next(20))
        {
            case < 8:
                await AppendAsync(process);
                break;
            case < 12:
                await ReadAsync(process);
                break;
            case < 14:
                await TryAsync(() => process.FlushAsync());
                break;
            case < 15:
                await TryAsync(() => process.CollectAsync());
                break;
            case < 17:
                Clock.Advance(TimeSpan.FromSeconds(_random.Next(1, 90)));
                break;
            case < 18:
                await DeliverAsync();
                break;
            case < 19:
                PlanFault(process);
                break;
            default:
                _alive[_alive.IndexOf(process)] = await OpenAsync(); // The old one died.
                break;
        }
    }

    private async Task AppendAsync(LogProcess process)
    {
        var batch = Guid.NewGuid();
        try
        {
            AppendStatus status = await process.TryAppendAsync(batch);
            (status == AppendStatus.Committed ? _acked : _failed).Add(batch);
        }
        catch (CommitOutcomeUnknownException)
        {
            _unknown.Add(batch);
        }
        catch (StorageException)
        {
            _failed.Add(batch);
        }
    }

    /// <summary>A strong read sees everything that was acknowledged before it began.</summary>
    private async Task ReadAsync(LogProcess process)
    {
        Guid[] before = [.. _acked];
        try
        {
            await process.Log.CatchUpAsync(default);
        }
        catch (StorageException)
        {
            return;
        }

        Assert.That(before.Except(process.View), Is.Empty, "a strong read misses what was acknowledged");
    }

    private void PlanFault(LogProcess process)
    {
        StoreOperation operation = _random.Next(4) == 0 ? StoreOperation.Get : StoreOperation.Put;
        StoreFault fault = operation == StoreOperation.Put
            ? s_putFaults[_random.Next(s_putFaults.Length)]
            : StoreFault.LoseRequest;
        process.Store.FailNext(operation, _random.Next(3) == 0 ? "/man/" : "/wal/", fault);
        if (fault == StoreFault.Delay)
        {
            _delaying.Add(process);
        }
    }

    private async Task DeliverAsync()
    {
        foreach (LogProcess process in _delaying)
        {
            if (process.Store.DelayedCount > 0)
            {
                await process.Store.DeliverAsync();
                return;
            }
        }
    }

    private static async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception failure) when (failure is StorageException or OperationCanceledException)
        {
            // The process goes on: what it was doing is done again later.
        }
    }

    private async Task JudgeAsync()
    {
        LogProcess judge = await OpenAsync();
        IReadOnlyList<Guid> truth = judge.View;
        Assert.That(truth, Is.Unique, "a batch is in the log twice");
        Assert.That(_acked.Except(truth), Is.Empty, "an acknowledged batch is lost");
        Assert.That(_failed.Intersect(truth), Is.Empty, "a failed batch is in the log");
        Assert.That(truth.Except(_acked.Concat(_unknown)), Is.Empty, "a batch came from nowhere");
        foreach (LogProcess process in _alive)
        {
            Assert.That(truth.Take(process.View.Count), Is.EqualTo(process.View), "a process saw another log");
        }

        // A fence settles every question.
        AppendResult fence = await judge.Log.AppendAsync(WalEntryKind.Data, [], judge.Log.Head, default);
        foreach (Guid batch in _unknown)
        {
            BatchLookup lookup = await judge.Resolver.ResolveAsync(batch, fence.Sequence, default);
            Assert.That(
                lookup.Outcome,
                Is.EqualTo(truth.Contains(batch) ? BatchOutcome.Committed : BatchOutcome.NotCommitted));
        }
    }
}
