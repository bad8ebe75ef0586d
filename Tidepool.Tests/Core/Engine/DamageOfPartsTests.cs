using NUnit.Framework;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>What disks, caches and hands do to objects beside flipping bits: blocks of zeros, blocks that are there
/// twice or not at all, an object under another's name, one as it was before, one that was deleted.</summary>
/// <remarks>Blocks are sampled as <see cref="DamageTests"/> says.</remarks>
[TestFixture]
internal sealed class DamageOfPartsTests : DamageFixture
{
    private const int SampledBlocks = 6;

    private static readonly int[] s_blockSizes = [16, 512, 4096];

    private static readonly string[] s_kinds =
    [
        "root marker", "record", "hint", "manifest", "tombstone", "log entry", "segment", "deletions", "ledger", "pin",
        "released pin", "segment of a tag", "deletions of a tag", "log entry of a tag", "backup", "segment of a backup",
        "deletions of a backup", "ledger of a backup",
    ];

    [TestCaseSource(nameof(s_kinds))]
    public async Task Read_BlocksAreLostOrDoubled_AnswersAsBeforeOrNamesIt(string kind)
    {
        InMemoryObjectStore store = await WithHintAsync(HintFor(kind));
        foreach (string key in Sound.FindNeeded(kind))
        {
            byte[] sound = await DamageStore.BytesAsync(store, key);
            foreach ((string damage, byte[] content) in DamageBlocks(sound))
            {
                await TryAsync(store, kind, key, content, damage);
            }
        }

        Report(kind, "blocks zeroed, repeated, left out");
        Assert.That(Detected + Harmless, Is.GreaterThan(0));
    }

    [TestCaseSource(nameof(s_kinds))]
    public async Task Read_ObjectOfAnotherKind_AnswersAsBeforeOrNamesIt(string kind)
    {
        InMemoryObjectStore store = await WithHintAsync(HintFor(kind));
        foreach (string key in Sound.FindNeeded(kind))
        {
            byte[] sound = await DamageStore.BytesAsync(store, key);
            foreach (string other in Sound.Kinds.Where(other => other != kind).SelectMany(Sound.FindAll))
            {
                byte[] foreign = await DamageStore.BytesAsync(Sound.Objects, other);
                if (!foreign.AsSpan().SequenceEqual(sound)) // A backup has the same objects.
                {
                    await TryAsync(store, kind, key, foreign, $"replaced by {other}");
                }
            }
        }

        Report(kind, "an object of another kind");
        if (kind != "tombstone") // It is read where a stale hint leads to it, and only then.
        {
            Assert.That(Detected > 0, Is.EqualTo(kind != "hint"));
        }
    }

    [Test]
    public async Task Read_ObjectAsItWasBefore_AnswersAsBefore()
    {
        foreach ((string key, List<byte[]> versions) in Sound.Versions)
        {
            // The older manifest behind a tombstone, older hints, all that was collected; the database of a probe.
            byte[]? now = await FindAsync(key);
            foreach (byte[] older in versions.Where(older => now is null || !older.AsSpan().SequenceEqual(now)))
            {
                await TryAsync(Sound.Objects, "older version", key, older, "as it was before");
            }
        }

        Report("any object", "an older version, or one that was deleted");
        Assert.That(Harmless, Is.GreaterThan(10));
        Assert.That(Detected, Is.Zero, "what is old is no damage");
    }

    [Test]
    public async Task Verify_BlocksAreLostOrDoubledOrForeign_NamesTheObject(
        [Values(
            "log entry", "segment", "deletions", "ledger", "pin", "released pin", "segment of a tag",
            "deletions of a tag", "log entry of a tag")] string kind)
    {
        foreach (string key in Sound.FindNeeded(kind))
        {
            byte[] sound = await DamageStore.BytesAsync(Sound.Objects, key);
            foreach ((string damage, byte[] content) in DamageBlocks(sound))
            {
                await VerifyAsync(kind, key, content, damage);
            }

            foreach (string other in Sound.Kinds.SelectMany(Sound.FindAll).Where(other => other != key))
            {
                byte[] foreign = await DamageStore.BytesAsync(Sound.Objects, other);
                if (!foreign.AsSpan().SequenceEqual(sound)) // A backup has the same objects.
                {
                    await VerifyAsync(kind, key, foreign, $"replaced by {other}");
                }
            }
        }

        Report(kind, "blocks, another object: verification");
    }

    /// <summary>The hint with which an object is needed.</summary>
    private static string HintFor(string kind) => kind switch
    {
        "manifest" => "none",
        "tombstone" => "stale",
        _ => "good",
    };

    private async Task<byte[]?> FindAsync(string key) =>
        (await Sound.Objects.KeysAsync(key)).Contains(key) ? await DamageStore.BytesAsync(Sound.Objects, key) : null;

    /// <summary>Copies of an object in each of which something is wrong with one block; none is the object itself.
    /// </summary>
    private IEnumerable<(string Damage, byte[] Content)> DamageBlocks(byte[] sound) =>
        from size in s_blockSizes
        from start in SampleBlocks(sound.Length, size)
        from damaged in DamageBlock(sound, start, Math.Min(start + size, sound.Length))
        where !damaged.Content.AsSpan().SequenceEqual(sound)
        select damaged;

    private int[] SampleBlocks(int length, int size)
    {
        int[] starts = [.. Enumerable.Range(0, (length + size - 1) / size).Select(block => block * size)];
        Random.Shuffle(starts);
        return IsFull ? starts : starts[..Math.Min(SampledBlocks, starts.Length)];
    }

    private static (string Damage, byte[] Content)[] DamageBlock(byte[] sound, int start, int end)
    {
        byte[] zeroed = [.. sound];
        zeroed.AsSpan(start, end - start).Clear();
        byte[] repeated = [.. sound];
        int next = Math.Min(end - start, sound.Length - end);
        sound.AsSpan(start, next).CopyTo(repeated.AsSpan(end));
        string where = $"bytes {start} to {end}";
        return
        [
            ($"{where} zeroed", zeroed),
            ($"{where} written over what follows", repeated),
            ($"{where} twice", [.. sound[..end], .. sound[start..]]),
            ($"{where} left out", [.. sound[..start], .. sound[end..]]),
        ];
    }
}
