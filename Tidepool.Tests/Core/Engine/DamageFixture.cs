using System.Buffers;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Damages objects of a small database, and sees that the answers are the same as before, or that an exception
/// names the object.</summary>
internal abstract class DamageFixture
{
    private const int SampledPositions = 150;
    private const long MaxAllocatedBytes = 64L << 20;
    private const int MaxReported = 10;
    private static readonly TimeSpan s_tooLong = TimeSpan.FromMinutes(1); // Only a hang takes so long.
    private readonly List<string> _faults = [];
    private string _resolved = "";

    protected static bool IsFull { get; } = Environment.GetEnvironmentVariable("TIDEPOOL_DAMAGE") == "full";

    protected DamageStore Sound { get; private set; } = null!;

    protected Random Random { get; private set; } = null!;

    /// <summary>Damages that an exception, or a verification, has named.</summary>
    protected int Detected { get; private set; }

    /// <summary>Damages that changed no answer.</summary>
    protected int Harmless { get; private set; }

    [OneTimeSetUp]
    public async Task MakeStore()
    {
        Sound = await DamageStore.MakeAsync();
        _resolved = await Sound.ResolveAsync(Sound.Objects);
        foreach (string kind in Sound.Kinds)
        {
            string[] keys = Sound.FindNeeded(kind);
            long[] sizes = await Task.WhenAll(keys.Select(
                async key => (long)(await DamageStore.BytesAsync(Sound.Objects, key)).Length));
            TestContext.Progress.WriteLine($"{kind}: {string.Join(", ", sizes)} bytes");
            Assert.That(keys, Is.Not.Empty, kind);
        }
    }

    [SetUp]
    public void Begin()
    {
        int seed = TestContext.CurrentContext.Random.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        Random = new Random(seed);
        _faults.Clear();
        (Detected, Harmless) = (0, 0);
    }

    protected async Task<InMemoryObjectStore> WithHintAsync(string hint) => hint switch
    {
        "none" => await DamageAsync(Sound.Objects, "hint/n", null),
        "stale" => await DamageAsync(Sound.Objects, "hint/n", Sound.StaleHint),
        _ => Sound.Objects,
    };

    /// <summary>A copy of a store in which one object is another, or missing.</summary>
    protected static async Task<InMemoryObjectStore> DamageAsync(InMemoryObjectStore store, string key, byte[]? content)
    {
        InMemoryObjectStore damaged = store.Clone();
        if (content is null)
        {
            await damaged.DeleteAsync([key]);
        }
        else
        {
            await damaged.PutAsync(key, new ReadOnlySequence<byte>(content));
        }

        return damaged;
    }

    /// <summary>Reads a store with a damaged object in every way there is.</summary>
    protected async Task TryAsync(InMemoryObjectStore store, string kind, string key, byte[]? content, string damage)
    {
        InMemoryObjectStore damaged = await DamageAsync(store, key, content);
        (Func<IObjectStore, Task<string>> read, string expected) = FindReading(kind);
        long allocated = GC.GetTotalAllocatedBytes();
        try
        {
            string answers = await read(damaged).WaitAsync(s_tooLong);
            Harmless += answers == expected ? 1 : 0;
            Note(answers == expected ? null : $"{kind} {key}, {damage}: other answers");
        }
        catch (DataCorruptionException corruption)
        {
            Detected += corruption.ObjectKey == key ? 1 : 0;
            Note(corruption.ObjectKey == key ? null : $"{kind} {key}, {damage}: {corruption.ObjectKey} is blamed");
        }
        catch (TidepoolException) when (kind == "root marker" && content is null)
        {
            Detected++; // There is no database, as far as anybody can tell.
        }
        catch (Exception exception)
        {
            Note($"{kind} {key}, {damage}: {exception}");
        }

        allocated = GC.GetTotalAllocatedBytes() - allocated;
        Note(allocated < MaxAllocatedBytes ? null : $"{kind} {key}, {damage}: {allocated} bytes allocated");
    }

    /// <summary>Verifies a store with a damaged object; that object must be named, and no other.</summary>
    protected async Task VerifyAsync(string kind, string key, byte[] content, string damage)
    {
        string? found = await VerifyAsync(await DamageAsync(Sound.Objects, key, content));
        Detected += found == key ? 1 : 0;
        Note(found == key ? null : $"{kind} {key}, {damage}: {found ?? "nothing found"}");
    }

    protected void Report(string kind, string damage)
    {
        TestContext.Out.WriteLine($"{kind}: {Detected} found, {Harmless} harmless");
        DamageFigures.Add(kind, damage, Detected, Harmless, _faults.Count);
        Assert.That(
            _faults, Is.Empty, $"{_faults.Count} faults; the first: {string.Join("\n", _faults.Take(MaxReported))}");
    }

    /// <summary>Positions of an object: all, or some of each part of it.</summary>
    protected IEnumerable<int> Sample(int length)
    {
        if (IsFull || length <= SampledPositions)
        {
            return Enumerable.Range(0, length);
        }

        // The head, where the structure is, whole; of the rest, one from each of equal parts.
        int head = SampledPositions / 3;
        int parts = SampledPositions - head;
        return Enumerable.Range(0, head).Concat(Enumerable.Range(0, parts).Select(part =>
        {
            int from = head + (int)((long)part * (length - head) / parts);
            int to = head + (int)((long)(part + 1) * (length - head) / parts);
            return Random.Next(from, Math.Max(from + 1, to));
        }));
    }

    protected static byte[] Flip(byte[] sound, int position, int mask)
    {
        byte[] damaged = [.. sound];
        damaged[position] ^= (byte)mask;
        return damaged;
    }

    /// <summary>What depends on the objects of a kind, and its answers.</summary>
    private (Func<IObjectStore, Task<string>> Read, string Expected) FindReading(string kind) =>
        kind == "ledger" ? (Sound.ResolveAsync, _resolved)
        : kind.Contains("backup") ? (Sound.RestoreAsync, Sound.Answers)
        : kind.Contains("pin") || kind.EndsWith("of a tag") ? (Sound.ReadTagsAsync, Sound.TagAnswers)
        : (Sound.ReadAsync, Sound.Answers);

    private void Note(string? fault)
    {
        if (fault is not null)
        {
            _faults.Add(fault);
        }
    }

    private static async Task<string?> VerifyAsync(InMemoryObjectStore damaged)
    {
        await using var database = new TidepoolDatabase(damaged, new TidepoolOptions { ReadOnly = true });
        try
        {
            VerificationReport report = await database.GetNamespace("n").VerifyAsync();
            return report.Problems.Count == 1 ? report.Problems[0].ObjectKey : string.Join(", ", report.Problems);
        }
        catch (DataCorruptionException corruption)
        {
            return corruption.ObjectKey;
        }
    }
}
