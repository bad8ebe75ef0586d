using System.Diagnostics;

namespace Tidepool.Tests.Torture;

/// <summary>Writes in several lanes at once; each announces a write, makes it, and passes on what it was
/// told.</summary>
/// <param name="documents">Where to write.</param>
/// <param name="incarnation">Unique among the processes of a run.</param>
/// <param name="worker">Whose keys to own: a successor takes over those of the process it replaces.</param>
/// <param name="seed">Of all choices.</param>
internal sealed class WriterChild(TidepoolNamespace documents, long incarnation, int worker, int seed)
{
    internal const long OperationsPerIncarnation = 1_000_000;

    private const int LaneCount = 3;
    private const int KeysPerLane = 25;
    private const int MaxBatch = 6;
    private static readonly TimeSpan s_claimPeriod = TimeSpan.FromMilliseconds(400);

    private long _count;

    internal async Task RunAsync(Task stop) =>
        await Task.WhenAll(Enumerable.Range(0, LaneCount).Select(lane => RunLaneAsync(lane, stop)));

    private async Task RunLaneAsync(int lane, Task stop)
    {
        Random random = new(seed + lane);
        while (!stop.IsCompleted)
        {
            await (random.Next(10) switch
            {
                0 => WriteHotAsync(random),
                1 => ClaimAsync(),
                2 => IncrementAsync(random),
                _ => WriteOwnedAsync(lane, random),
            });
            await Task.Delay(random.Next(4));
        }
    }

    private async Task WriteOwnedAsync(int lane, Random random)
    {
        HashSet<int> numbers = [];
        for (int count = 1 + random.Next(MaxBatch); numbers.Count < count;)
        {
            numbers.Add(random.Next(KeysPerLane));
        }

        long operation = NextOperation();
        WriteBatch batch = new();
        List<string> announced = [];
        foreach (string key in numbers.Select(number => $"{(char)KeyKind.Owned}{worker}.{lane}.{number}"))
        {
            bool isDelete = random.Next(5) == 0;
            announced.Add(isDelete ? key + "-" : key);
            _ = isDelete ? batch.Delete(key) : batch.Upsert(TortureDocument.Create(key, operation, 0));
        }

        await WriteAsync(operation, 0, batch, announced);
    }

    private async Task WriteHotAsync(Random random)
    {
        string key = $"{(char)KeyKind.Hot}{random.Next(4)}";
        long operation = NextOperation();
        await WriteAsync(operation, 0, new WriteBatch().Upsert(TortureDocument.Create(key, operation, 0)), [key]);
    }

    /// <summary>Everybody claims the key of the moment; clocks of one machine agree well enough for a race.</summary>
    private async Task ClaimAsync()
    {
        string key = $"{(char)KeyKind.Claim}{DateTime.UtcNow.Ticks / s_claimPeriod.Ticks}";
        long operation = NextOperation();
        WriteBatch batch = new WriteBatch().RequireAbsent(key).Upsert(TortureDocument.Create(key, operation, 0));
        await WriteAsync(operation, 0, batch, [key]);
    }

    private async Task IncrementAsync(Random random)
    {
        string key = $"{(char)KeyKind.Counter}{random.Next(2)}";
        Document? document = await documents.GetAsync(key);
        long value = document is null ? 0 : TortureDocument.ValueOf(document);
        long operation = NextOperation();
        WriteBatch batch = document is null
            ? new WriteBatch().RequireAbsent(key)
            : new WriteBatch().RequireMatch(key, Filter.Field("value") == value);
        await WriteAsync(operation, value + 1, batch.Upsert(TortureDocument.Create(key, operation, value + 1)), [key]);
    }

    private async Task WriteAsync(long operation, long value, WriteBatch batch, List<string> announced)
    {
        ChildOutput.Say($"I {operation} {Stopwatch.GetTimestamp()} {value} {string.Join(' ', announced)}");
        try
        {
            WriteResult result = await documents.WriteAsync(batch);
            ChildOutput.Say($"A {operation} {result.Sequence}");
        }
        catch (CommitOutcomeUnknownException unknown)
        {
            ChildOutput.Say($"U {operation} {unknown.Message}");
            await ResolveAsync(operation, unknown.BatchId);
        }
        catch (PreconditionFailedException)
        {
            ChildOutput.Say($"F {operation}");
        }
        catch (TidepoolException failure) when (failure.IsTransient)
        {
            ChildOutput.Say($"F {operation} {failure.Message}");
        }
    }

    private async Task ResolveAsync(long operation, Guid batchId)
    {
        try
        {
            WriteResult? result = await documents.ResolveAsync(batchId);
            ChildOutput.Say(result is null ? $"F {operation} resolved" : $"A {operation} {result.Sequence}");
        }
        catch (TidepoolException failure) when (failure.IsTransient || failure is CommitOutcomeUnknownException)
        {
            ChildOutput.Say($"? {operation} stays unknown: {failure.Message}");
        }
    }

    private long NextOperation() => incarnation * OperationsPerIncarnation + Interlocked.Increment(ref _count);
}
