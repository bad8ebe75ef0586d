using NUnit.Framework;

namespace Tidepool.Tests.Torture;

/// <summary>The judge of the torture runs must itself be able to say no.</summary>
internal sealed class LedgerTests
{
    private const long Now = 1_000;

    private Ledger _ledger = new();

    [SetUp]
    public void CreateLedger() => _ledger = new Ledger();

    [Test]
    public void EndRead_OfTheLastAcknowledgedWrite_IsFine()
    {
        Acknowledged(1, 10, "o1");
        Acknowledged(2, 11, "o1");

        Read(_ledger.BeginRead(), ("o1", 2));
        _ledger.Settle();

        Assert.That(_ledger.Violations, Is.Empty);
    }

    [TestCase(1L, TestName = "EndRead_OfAnOlderWrite_IsStale")]
    [TestCase(0L, TestName = "EndRead_OfNothing_IsALoss")]
    [TestCase(9L, TestName = "EndRead_OfAFailedWrite_IsAViolation")]
    public void EndRead_BehindTheLastAcknowledgedWrite(long found)
    {
        Acknowledged(1, 10, "o1");
        Announce(9, "o1");
        _ledger.Fail(9);
        Acknowledged(2, 11, "o1");

        Read(_ledger.BeginRead(), ("o1", found));
        _ledger.Settle();

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void EndRead_ThatBeganBeforeAWrite_MayFindEither()
    {
        Acknowledged(1, 10, "o1");
        Dictionary<string, long> floors = _ledger.BeginRead();
        Acknowledged(2, 11, "o1");

        Read(floors, ("o1", 1));
        Read(floors, ("o1", 2));
        _ledger.Settle();

        Assert.That(_ledger.Violations, Is.Empty);
    }

    [Test]
    public void EndRead_BehindAnEarlierRead_IsStale()
    {
        Acknowledged(1, 10, "o1");
        Announce(2, "o1");
        Read(_ledger.BeginRead(), ("o1", 2));

        Read(_ledger.BeginRead(), ("o1", 1));
        _ledger.Settle();

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void EndRead_OfADeletedDocument_IsAViolation()
    {
        Acknowledged(1, 10, "o1");
        _ledger.Announce(new Operation(2, 0, 0, [("o1", true)]));
        _ledger.Acknowledge(2, 11);

        Read(_ledger.BeginRead());
        Assert.That(_ledger.Violations, Is.Empty);

        Read(_ledger.BeginRead(), ("o1", 1));
        _ledger.Settle();
        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void EndRead_ThatOvertakesAnAnnouncement_IsFine()
    {
        Acknowledged(1, 10, "o1");
        Read(_ledger.BeginRead(), ("o1", 2));
        Announce(2, "o1");

        _ledger.Settle();

        Assert.That(_ledger.Violations, Is.Empty);
    }

    [Test]
    public void EndRead_IsNotExcusedByWritesAnnouncedLater()
    {
        Acknowledged(1, 10, "o1");
        Read(_ledger.BeginRead());
        _ledger.Announce(new Operation(2, announcedAt: Now + 1, 0, [("o1", true)]));

        _ledger.Settle();

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void EndRead_OfAWriteThatNobodyAnnounces_IsAViolation()
    {
        Acknowledged(1, 10, "o1");
        Read(_ledger.BeginRead(), ("o1", 2));

        _ledger.Settle();

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void Fail_OfAWriteThatWasRead_IsAViolation()
    {
        Announce(1, "o1");
        Read(_ledger.BeginRead(), ("o1", 1));

        _ledger.Fail(1);

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void Acknowledge_OutOfSequence_IsAViolation()
    {
        Acknowledged(1, 10, "o1");
        Acknowledged(2, 10, "o1");

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [TestCase(0L, 0)]
    [TestCase(1L, 0)]
    [TestCase(2L, 1)]
    public void JudgeAtRest_OfAWriteInDoubt_AllowsItOrWhatWasBefore(long found, int violations)
    {
        Announce(1, "o1");
        _ledger.DoubtPending(id => id == 1);
        Announce(2, "o2");
        _ledger.Fail(2);

        Rest(("o1", found));

        Assert.That(_ledger.Violations, Has.Count.EqualTo(violations));
    }

    [Test]
    public void JudgeAtRest_OfHalfAWriteInDoubt_IsAViolation()
    {
        Announce(1, "o1", "o2");
        _ledger.Doubt(1);

        Rest(("o1", 1));

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void JudgeAtRest_OfADocumentNobodyWrote_IsAViolation()
    {
        Rest(("o1", 1));

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void EndRead_OfAHotKey_FollowsTheSequenceNotTheOrderOfAnswers()
    {
        Announce(1, "h1");
        Announce(2, "h1");
        _ledger.Acknowledge(2, 20);
        _ledger.Acknowledge(1, 10);

        Read(_ledger.BeginRead(), ("h1", 2));
        Assert.That(_ledger.Violations, Is.Empty);

        Read(_ledger.BeginRead(), ("h1", 1));
        _ledger.Settle();
        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void Acknowledge_OfTwoClaims_IsAViolation()
    {
        Acknowledged(1, 10, "c1");
        Acknowledged(2, 11, "c1");

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [TestCase(1, 1)]
    [TestCase(2, 0)]
    [TestCase(3, 0)]
    [TestCase(4, 1)]
    public void JudgeAtRest_OfACounter_CountsEveryIncrementOnce(int value, int violations)
    {
        Increment(1, 1);
        Increment(2, 2);
        _ledger.Announce(new Operation(3, 0, 3, [("n1", false)]));
        _ledger.Doubt(3);

        _ledger.JudgeAtRest(new() { ["n1"] = new Observation(Math.Min(value, 3), value) });

        Assert.That(_ledger.Violations, Has.Count.EqualTo(violations));
    }

    [Test]
    public void Acknowledge_OfOneValueTwice_IsALostIncrement()
    {
        Increment(1, 1);
        Increment(2, 1);

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    private void Announce(long id, params string[] keys) =>
        _ledger.Announce(new Operation(id, announcedAt: id, 0, [.. keys.Select(key => (key, false))]));

    private void Acknowledged(long id, long sequence, params string[] keys)
    {
        Announce(id, keys);
        _ledger.Acknowledge(id, sequence);
    }

    private void Increment(long id, long value)
    {
        _ledger.Announce(new Operation(id, 0, value, [("n1", false)]));
        _ledger.Acknowledge(id, sequence: id);
    }

    private void Read(Dictionary<string, long> floors, params (string Key, long Operation)[] found) =>
        _ledger.EndRead(new StrongRead(floors, ToDocuments(found), EndedAt: Now));

    private void Rest(params (string Key, long Operation)[] found) => _ledger.JudgeAtRest(ToDocuments(found));

    private static Dictionary<string, Observation> ToDocuments((string Key, long Operation)[] found) => found
        .Where(document => document.Operation != 0)
        .ToDictionary(document => document.Key, document => new Observation(document.Operation, 0));
}
