using NUnit.Framework;
using Tidepool.Storage.InMemory;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Every object of a small database is damaged in every way: each time the answers are the same as before, or
/// an exception names the object.</summary>
/// <remarks>Bytes are sampled, differently in each run; all are tried when the environment variable TIDEPOOL_DAMAGE is
/// "full".</remarks>
[TestFixture]
internal sealed class DamageTests : DamageFixture
{
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
    [TestCase("pin", "good")]
    [TestCase("released pin", "good")]
    [TestCase("segment of a tag", "good")]
    [TestCase("deletions of a tag", "good")]
    [TestCase("log entry of a tag", "good")]
    [TestCase("backup", "good")]
    [TestCase("segment of a backup", "good")]
    [TestCase("deletions of a backup", "good")]
    [TestCase("ledger of a backup", "good")]
    public async Task Read_ObjectIsDamaged_AnswersAsBeforeOrNamesIt(string kind, string hint)
    {
        InMemoryObjectStore store = await WithHintAsync(hint);
        foreach (string key in Sound.FindNeeded(kind))
        {
            byte[] sound = await DamageStore.BytesAsync(store, key);
            foreach (int position in Sample(sound.Length))
            {
                await TryAsync(store, kind, key, Flip(sound, position, 0xFF), $"byte {position} inverted");
                await TryAsync(
                    store, kind, key, Flip(sound, position, 1 << Random.Next(8)), $"a bit of byte {position} flipped");
                await TryAsync(store, kind, key, sound[..position], $"cut to {position} bytes");
            }

            await TryAsync(store, kind, key, [.. sound, 0], "a byte longer");
            foreach (string other in Sound.FindAll(kind).Where(other => other != key))
            {
                byte[] foreign = await DamageStore.BytesAsync(Sound.Objects, other);
                await TryAsync(store, kind, key, foreign, $"replaced by {other}");
            }
        }

        Report(kind, "bytes flipped, cut, another object of the kind");
        if (kind != "tombstone") // It only shortens the way to the newest manifest, which a listing shows as well.
        {
            Assert.That(Detected > 0, Is.EqualTo(kind != "hint"), "damage is found where it matters");
        }
    }

    [TestCase("root marker")]
    [TestCase("record")]
    [TestCase("log entry")]
    [TestCase("segment")]
    [TestCase("deletions")]
    [TestCase("ledger")]
    [TestCase("segment of a tag")]
    [TestCase("deletions of a tag")]
    [TestCase("log entry of a tag")]
    [TestCase("segment of a backup")]
    [TestCase("deletions of a backup")]
    [TestCase("ledger of a backup")]
    public async Task Read_ObjectIsLost_NamesIt(string kind)
    {
        string[] keys = Sound.FindNeeded(kind);

        // That the last entry of a log is gone is nothing that a reader can see.
        foreach (string key in kind == "log entry" ? keys[..^1] : keys)
        {
            await TryAsync(Sound.Objects, kind, key, content: null, "deleted");
        }

        Report(kind, "lost");
        Assert.That(Harmless, Is.Zero);
    }

    [Test]
    public async Task Verify_ObjectIsDamaged_ReportsIt(
        [Values(
            "log entry", "segment", "deletions", "ledger", "pin", "released pin", "segment of a tag",
            "deletions of a tag", "log entry of a tag")] string kind)
    {
        foreach (string key in Sound.FindNeeded(kind))
        {
            byte[] sound = await DamageStore.BytesAsync(Sound.Objects, key);
            foreach (int position in Sample(sound.Length).Where((_, number) => number % 10 == 0 || IsFull))
            {
                await VerifyAsync(kind, key, Flip(sound, position, 0xFF), $"byte {position}");
            }
        }

        Report(kind, "bytes flipped: verification");
    }

    [Test]
    public async Task Verify_NothingIsDamaged_ReportsThat()
    {
        await using var database = new TidepoolDatabase(Sound.Objects, new TidepoolOptions { ReadOnly = true });

        VerificationReport report = await database.GetNamespace("n").VerifyAsync();

        Assert.That(report.IsIntact, Is.True);
        Assert.That(report.Documents, Is.EqualTo(await database.GetNamespace("n").CountAsync()));
        string[] kinds =
        [
            "log entry", "segment", "deletions", "ledger", "manifest", "segment of a tag", "deletions of a tag",
            "log entry of a tag",
        ];
        Assert.That(report.Objects, Is.EqualTo(kinds.Sum(kind => Sound.FindNeeded(kind).Length)));
    }
}
