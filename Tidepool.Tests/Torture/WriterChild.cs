using System.Buffers.Binary;
using System.Diagnostics;
using Tidepool.Storage;

namespace Tidepool.Tests.Torture;

/// <summary>Writes in several lanes at once; each announces a write, makes it, and passes on what it was told. Before
/// that it settles what its predecessor was killed over.</summary>
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
    private static readonly TimeSpan s_claimPeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pauseAfterDoubt = TimeSpan.FromMilliseconds(50);

    private long _count;

    /// <param name="parent">Gives what is in doubt, one write per line, up to a line "begin".</param>
    internal async Task RunAsync(ParentLines parent)
    {
        List<string> inDoubt = [];
        while (await parent.ReadAsync() is var line and not "begin")
        {
            inDoubt.Add(line);
        }

        Task stop = parent.StopAsync();
        Random random = new(seed);
        foreach (string line in inDoubt)
        {
            await SettleAsync(line.Split(' '), isRepeated: random.Next(2) == 0);
        }

        await Task.WhenAll(Enumerable.Range(0, LaneCount).Select(lane => RunLaneAsync(lane, stop)));
    }

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
            await Task.Delay(random.Next(20));
        }
    }

    private async Task WriteOwnedAsync(int lane, Random random)
    {
        HashSet<int> numbers = [];
        for (int count = 1 + random.Next(MaxBatch); numbers.Count < count;)
        {
            numbers.Add(random.Next(KeysPerLane));
        }

        IEnumerable<string> keys = numbers.Select(number => $"{(char)KeyKind.Owned}{worker}.{lane}.{number}");
        await WriteAsync(value: 0, [.. keys.Select(key => random.Next(5) == 0 ? key + "-" : key)]);
    }

    private Task WriteHotAsync(Random random) => WriteAsync(value: 0, [$"{(char)KeyKind.Hot}{random.Next(4)}"]);

    /// <summary>Everybody claims the key of the moment; clocks of one machine agree well enough for a race.</summary>
    private Task ClaimAsync() =>
        WriteAsync(value: 0, [$"{(char)KeyKind.Claim}{DateTime.UtcNow.Ticks / s_claimPeriod.Ticks}"]);

    private async Task IncrementAsync(Random random)
    {
        string key = $"{(char)KeyKind.Counter}{random.Next(2)}";
        try
        {
            Document? document = await documents.GetAsync(key);
            await WriteAsync(document is null ? 1 : TortureDocument.ValueOf(document) + 1, [key]);
        }
        catch (StorageException failure)
        {
            ChildOutput.Say($"? {failure.Message}");
        }
    }

    private async Task WriteAsync(long value, string[] writes)
    {
        long operation = incarnation * OperationsPerIncarnation + Interlocked.Increment(ref _count);
        ChildOutput.Say($"I {operation} {Stopwatch.GetTimestamp()} {value} {string.Join(' ', writes)}");
        if (!await TryWriteAsync(operation, value, writes))
        {
            await SettleAsync([$"{operation}", $"{value}", .. writes], isRepeated: false);
        }
    }

    /// <summary>Finds out what became of a write, by asking or by making it again with the same key; until then, its
    /// keys are not touched.</summary>
    private async Task SettleAsync(string[] words, bool isRepeated)
    {
        long operation = long.Parse(words[0]);
        while (!await (isRepeated
            ? TryWriteAsync(operation, long.Parse(words[1]), words[2..], isRepeated: true)
            : TryResolveAsync(operation)))
        {
            await Task.Delay(s_pauseAfterDoubt);
        }
    }

    /// <summary>Makes a write; false if its outcome is unknown.</summary>
    private async Task<bool> TryWriteAsync(long operation, long value, string[] writes, bool isRepeated = false)
    {
        try
        {
            WriteResult result = await documents.WriteAsync(
                MakeBatch(operation, value, writes), new WriteOptions { IdempotencyKey = KeyOf(operation) });
            ChildOutput.Say($"A {operation} {result.Sequence}");
            return true;
        }
        catch (CommitOutcomeUnknownException unknown)
        {
            ChildOutput.Say($"U {operation} {unknown.Message}");
            return false;
        }
        catch (PreconditionFailedException)
        {
            ChildOutput.Say($"F {operation}");
            return true;
        }
        catch (TidepoolException failure) when (failure.IsTransient || failure is StorageException)
        {
            // That this attempt has failed says nothing of an earlier one.
            ChildOutput.Say($"{(isRepeated ? '?' : 'F')} {operation} {failure.Message}");
            return !isRepeated;
        }
    }

    private async Task<bool> TryResolveAsync(long operation)
    {
        try
        {
            WriteResult? result = await documents.ResolveAsync(KeyOf(operation));
            ChildOutput.Say(result is null ? $"F {operation}" : $"A {operation} {result.Sequence}");
            return true;
        }
        catch (TidepoolException failure)
            when (failure.IsTransient || failure is StorageException or CommitOutcomeUnknownException)
        {
            ChildOutput.Say($"? {operation} stays unknown: {failure.Message}");
            return false;
        }
    }

    /// <summary>The batch of a write: all of it follows from its number, its value and its keys.</summary>
    private static WriteBatch MakeBatch(long operation, long value, string[] writes)
    {
        WriteBatch batch = new();
        foreach (string write in writes)
        {
            string key = write.TrimEnd('-');
            bool isNew = (KeyKind)key[0] == KeyKind.Claim || value == 1;
            _ = isNew ? batch.RequireAbsent(key)
                : value > 1 ? batch.RequireMatch(key, Filter.Field("value") == value - 1)
                : batch;
            _ = write != key ? batch.Delete(key) : batch.Upsert(TortureDocument.Create(key, operation, value));
        }

        return batch;
    }

    private static Guid KeyOf(long operation)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, operation);
        return new Guid(bytes);
    }
}
