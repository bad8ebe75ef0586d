using System.Buffers;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Every object of a small database is damaged in every way: each time the answers are the same as before, or
/// an exception names the object.</summary>
/// <remarks>Bytes are sampled, differently in each run; all are tried when the environment variable TIDEPOOL_DAMAGE is
/// "full".</remarks>
[TestFixture]
internal sealed class DamageTests
{
    private const int SampledPositions = 150;
    private const long MaxAllocatedBytes = 64L << 20;
    private const int MaxReported = 10;
    private static readonly TimeSpan s_tooLong = TimeSpan.FromMinutes(1); // Only a hang takes so long.
    private static readonly bool s_isFull = Environment.GetEnvironmentVariable("TIDEPOOL_DAMAGE") == "full";

    private DamageStore _sound = null!;
    private Random _random = null!;
    private readonly List<string> _faults = [];
    private int _detected;
    private int _harmless;

    [OneTimeSetUp]
    public async Task MakeStore()
    {
        _sound = await DamageStore.MakeAsync();
        foreach (string kind in _sound.Kinds)
        {
            string[] keys = _sound.FindNeeded(kind);
            long[] sizes = await Task.WhenAll(keys.Select(
                async key => (long)(await DamageStore.BytesAsync(_sound.Objects, key)).Length));
            TestContext.Progress.WriteLine($"{kind}: {string.Join(", ", sizes)} bytes");
            Assert.That(keys, Is.Not.Empty, kind);
        }
    }

    [SetUp]
    public void Begin()
    {
        int seed = TestContext.CurrentContext.Random.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        _random = new Random(seed);
        _faults.Clear();
        (_detected, _harmless) = (0, 0);
    }

    [TestCase("root marker", "good")]
    [TestCase("record", "good")]
    [TestCase("record", "none")]
    [TestCase("hint", "good")]
    [TestCase("manifest", "none")]
    [TestCase("tombstone", "stale")]
    [TestCase("log entry", "good")]
    [TestCase("log entry", "none")]
    [TestCase("segment", "good")]
    [TestCase("deletions", "good")]
    [TestCase("ledger", "good")]
    public async Task Read_ObjectIsDamaged_AnswersAsBeforeOrNamesIt(string kind, string hint)
    {
        InMemoryObjectStore store = await WithHintAsync(hint);
        foreach (string key in _sound.FindNeeded(kind))
        {
            byte[] sound = await DamageStore.BytesAsync(store, key);
            foreach (int position in Sample(sound.Length))
            {
                await TryAsync(store, kind, key, Flip(sound, position, 0xFF), $"byte {position} inverted");
                await TryAsync(
                    store, kind, key, Flip(sound, position, 1 << _random.Next(8)), $"a bit of byte {position} flipped");
                await TryAsync(store, kind, key, sound[..position], $"cut to {position} bytes");
            }

            await TryAsync(store, kind, key, [.. sound, 0], "a byte longer");
            foreach (string other in _sound.FindAll(kind).Where(other => other != key))
            {
                byte[] foreign = await DamageStore.BytesAsync(_sound.Objects, other);
                await TryAsync(store, kind, key, foreign, $"replaced by {other}");
            }
        }

        Report(kind);
        if (kind != "tombstone") // It only shortens the way to the newest manifest, which a listing shows as well.
        {
            Assert.That(_detected > 0, Is.EqualTo(kind != "hint"), "damage is found where it matters");
        }
    }

    [TestCase("root marker")]
    [TestCase("record")]
    [TestCase("log entry")]
    [TestCase("segment")]
    [TestCase("deletions")]
    [TestCase("ledger")]
    public async Task Read_ObjectIsLost_NamesIt(string kind)
    {
        string[] keys = _sound.FindNeeded(kind);

        // That the last entry of a log is gone is nothing that a reader can see.
        foreach (string key in kind == "log entry" ? keys[..^1] : keys)
        {
            await TryAsync(_sound.Objects, kind, key, content: null, "deleted");
        }

        Report(kind);
        Assert.That(_harmless, Is.Zero);
    }

    [Test]
    public async Task Verify_ObjectIsDamaged_ReportsIt(
        [Values("log entry", "segment", "deletions", "ledger")] string kind)
    {
        foreach (string key in _sound.FindNeeded(kind))
        {
            byte[] sound = await DamageStore.BytesAsync(_sound.Objects, key);
            foreach (int position in Sample(sound.Length).Where((_, number) => number % 10 == 0 || s_isFull))
            {
                InMemoryObjectStore damaged = await DamageAsync(_sound.Objects, key, Flip(sound, position, 0xFF));
                string? found = await VerifyAsync(damaged);
                Note(found == key ? null : $"{kind} {key}, byte {position}: {found ?? "nothing found"}");
            }
        }

        Report(kind);
    }

    [Test]
    public async Task Verify_NothingIsDamaged_ReportsThat()
    {
        await using var database = new TidepoolDatabase(_sound.Objects, new TidepoolOptions { ReadOnly = true });

        VerificationReport report = await database.GetNamespace("n").VerifyAsync();

        Assert.That(report.IsIntact, Is.True);
        Assert.That(report.Documents, Is.EqualTo(await database.GetNamespace("n").CountAsync()));
        string[] kinds = ["log entry", "segment", "deletions", "ledger", "manifest"];
        Assert.That(report.Objects, Is.EqualTo(kinds.Sum(kind => _sound.FindNeeded(kind).Length)));
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

    private IEnumerable<int> Sample(int length)
    {
        if (s_isFull || length <= SampledPositions)
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
            return _random.Next(from, Math.Max(from + 1, to));
        }));
    }

    private static byte[] Flip(byte[] sound, int position, int mask)
    {
        byte[] damaged = [.. sound];
        damaged[position] ^= (byte)mask;
        return damaged;
    }

    private async Task<InMemoryObjectStore> WithHintAsync(string hint) => hint switch
    {
        "none" => await DamageAsync(_sound.Objects, "hint/n", null),
        "stale" => await DamageAsync(_sound.Objects, "hint/n", _sound.StaleHint),
        _ => _sound.Objects,
    };

    private static async Task<InMemoryObjectStore> DamageAsync(InMemoryObjectStore store, string key, byte[]? content)
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

    private async Task TryAsync(InMemoryObjectStore store, string kind, string key, byte[]? content, string damage)
    {
        InMemoryObjectStore damaged = await DamageAsync(store, key, content);
        string expected = kind == "ledger" ? $"{await _sound.ResolveAsync(_sound.Objects)}" : _sound.Answers;
        long allocated = GC.GetTotalAllocatedBytes();
        try
        {
            Task<string> reading = kind == "ledger" ? _sound.ResolveAsync(damaged) : _sound.ReadAsync(damaged);
            string answers = await reading.WaitAsync(s_tooLong);
            _harmless++;
            Note(answers == expected ? null : $"{kind} {key}, {damage}: other answers");
        }
        catch (DataCorruptionException corruption)
        {
            _detected++;
            Note(corruption.ObjectKey == key ? null : $"{kind} {key}, {damage}: {corruption.ObjectKey} is blamed");
        }
        catch (TidepoolException) when (kind == "root marker" && content is null)
        {
            _detected++; // There is no database, as far as anybody can tell.
        }
        catch (Exception exception)
        {
            Note($"{kind} {key}, {damage}: {exception}");
        }

        allocated = GC.GetTotalAllocatedBytes() - allocated;
        Note(allocated < MaxAllocatedBytes ? null : $"{kind} {key}, {damage}: {allocated} bytes allocated");
    }

    private void Note(string? fault)
    {
        if (fault is not null)
        {
            _faults.Add(fault);
        }
    }

    private void Report(string kind)
    {
        TestContext.Out.WriteLine($"{kind}: {_detected} found, {_harmless} harmless");
        Assert.That(
            _faults, Is.Empty, $"{_faults.Count} faults; the first: {string.Join("\n", _faults.Take(MaxReported))}");
    }
}
