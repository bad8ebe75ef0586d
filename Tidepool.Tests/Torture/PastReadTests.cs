using System.Diagnostics;
using NUnit.Framework;

namespace Tidepool.Tests.Torture;

/// <summary>A state of the past is that of the log at its position, in every key, or the judge says so.</summary>
internal sealed class PastReadTests
{
    private Ledger _ledger = new();

    [SetUp]
    public void CreateLedger()
    {
        _ledger = new Ledger();
        Write(1, sequence: 10, "o1", "o2");
        Write(2, sequence: 11, "o1");
        Write(3, sequence: 12, "o2-");
    }

    [TestCase(9L, "", 0)]
    [TestCase(10L, "o1:1 o2:1", 0)]
    [TestCase(11L, "o1:2 o2:1", 0)]
    [TestCase(12L, "o1:2", 0)]
    [TestCase(10L, "o1:2 o2:1", 1, TestName = "Settle_OfALaterWrite_IsAViolation")]
    [TestCase(11L, "o1:1 o2:1", 1, TestName = "Settle_OfAWriteBefore_IsAViolation")]
    [TestCase(11L, "o1:2", 1, TestName = "Settle_OfALaterDelete_IsAViolation")]
    [TestCase(12L, "o1:2 o2:1", 1, TestName = "Settle_WithoutADelete_IsAViolation")]
    [TestCase(9L, "o1:1 o2:1", 1, TestName = "Settle_BeforeTheFirstWrite_IsAViolation")]
    [TestCase(11L, "o1:2 o2:1 o3:1", 1, TestName = "Settle_OfAKeyThatNobodyAnnounced_IsAViolation")]
    [TestCase(10L, "o1:1:7 o2:1", 1, TestName = "Settle_OfAnotherValue_IsAViolation")]
    public void Settle_HoldsAStateToTheLog(long sequence, string found, int violations)
    {
        Read(sequence, found);

        _ledger.Settle();

        Assert.That(_ledger.Violations, Has.Count.EqualTo(violations));
    }

    [Test]
    public void Settle_WhenTheWriteWasSettledAfterTheRead_KnowsItsPlace()
    {
        Announce(4, "o1");
        Read(12, "o1:4");
        Read(13, "o1:4");
        _ledger.Doubt(4);

        _ledger.Acknowledge(4, sequence: 13);
        _ledger.Settle();

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void Settle_OfAWriteInDoubt_AllowsItOrNot()
    {
        Announce(4, "o1");
        _ledger.Doubt(4);
        Read(12, "o1:4");
        Read(12, "o1:2");

        _ledger.Settle();

        Assert.That(_ledger.Violations, Is.Empty);
    }

    [Test]
    public void Settle_OfAFailedWrite_IsAViolation()
    {
        Announce(4, "o1");
        Read(12, "o1:4");

        _ledger.Fail(4);
        _ledger.Settle();

        Assert.That(_ledger.Violations, Has.Count.EqualTo(1));
    }

    [TestCase(3, 1, TestName = "Settle_OfAStateThatWasGoneTooSoon_IsAViolation")]
    [TestCase(9, 0, TestName = "Settle_OfAStateThatWasGoneAfterTheWindow_IsFine")]
    public void Settle_OfAnExpiredState(int seconds, int violations)
    {
        long announcedAt = Stopwatch.GetTimestamp();
        _ledger.Announce(new Operation(4, announcedAt, 0, [("o1", false)]));
        _ledger.Acknowledge(4, sequence: 13);
        _ledger.EndRead(new PastRead("12", 12, Found: null, announcedAt + (seconds * Stopwatch.Frequency)));

        _ledger.Settle();

        Assert.That(_ledger.Violations, Has.Count.EqualTo(violations));
    }

    private void Announce(long id, params string[] writes) => _ledger.Announce(
        new Operation(id, 0, 0, [.. writes.Select(write => (write.TrimEnd('-'), write.EndsWith('-')))]));

    private void Write(long id, long sequence, params string[] writes)
    {
        Announce(id, writes);
        _ledger.Acknowledge(id, sequence);
    }

    private void Read(long sequence, string found) => _ledger.EndRead(new PastRead(
        $"{sequence}",
        sequence,
        ObservedDocuments.Parse(
            found.Split(' ').Select(word => word.Count(letter => letter == ':') == 1 ? word + ":0" : word)),
        EndedAt: 0));
}
