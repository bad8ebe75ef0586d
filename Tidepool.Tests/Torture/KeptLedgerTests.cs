using NUnit.Framework;

namespace Tidepool.Tests.Torture;

/// <summary>The judge of tags, copies and backups must itself be able to say no.</summary>
internal sealed class KeptLedgerTests
{
    private static readonly NamedState s_two = State(11, ("o1", 2), ("o2", 1));
    private static readonly NamedState s_one = State(10, ("o1", 1), ("o2", 1));

    private Ledger _ledger = new();
    private KeptLedger _kept = new(new Ledger());
    private TagHistory _tag = new("t");
    private CopyHistory _copy = new("c");

    [SetUp]
    public void CreateLedger()
    {
        _ledger = new Ledger();
        _kept = new KeptLedger(_ledger);
        _tag = _kept.GetTag("t");
        _copy = _kept.GetCopy("c");
        _ledger.Announce(new Operation(1, 0, 0, [("o1", false), ("o2", false)]));
        _ledger.Acknowledge(1, sequence: 10);
        _ledger.Announce(new Operation(2, 0, 0, [("o1", false)]));
        _ledger.Acknowledge(2, sequence: 11);
    }

    [Test]
    public void Tag_ReadAsItWasMade_IsFine()
    {
        MakeTag(11, documents: 2);
        ReadTag(s_two);
        ReadTag(s_two with { Sequence = 0 });
        ListTag((11, 2));
        _tag.BeginDeleting();
        ReadTag(s_two);
        _tag.EndDeleting();
        ReadTag(null);
        ListTag(null);

        Judge(violations: 0);
    }

    [Test]
    public void Tag_OfAStateBeforeAnAcknowledgedWrite_IsAViolation()
    {
        MakeTag(10, documents: 2);

        Judge(violations: 1);
    }

    [Test]
    public void Tag_ThatIsNotThere_IsAViolation()
    {
        MakeTag(11, documents: 2);
        ReadTag(null);
        ListTag(null);

        Judge(violations: 2);
    }

    [Test]
    public void Tag_ThatIsThereAfterItsDeletion_IsAViolation()
    {
        MakeTag(11, documents: 2);
        _tag.BeginDeleting();
        _tag.EndDeleting();
        ReadTag(s_two);
        ListTag((11, 2));

        Judge(violations: 2);
    }

    [Test]
    public void Tag_ReadAsAnotherStateThanBefore_IsAViolation()
    {
        MakeTag(11, documents: 2);
        ReadTag(s_two);
        ReadTag(s_one with { Sequence = 0 });

        Judge(violations: 1);
    }

    [Test]
    public void Tag_OfNoStateOfTheLog_IsAViolation()
    {
        MakeTag(11, documents: 2);
        ReadTag(s_one with { Sequence = 11 });

        Judge(violations: 1);
    }

    [Test]
    public void Tag_OfAnotherCountOrPositionThanItsMakerWasTold_IsAViolation()
    {
        MakeTag(11, documents: 2);
        ReadTag(State(11, ("o1", 2)));
        ReadTag(s_one);
        ListTag((11, 3));

        Judge(violations: 3);
    }

    [Test]
    public void Tag_WhoseMakerWasKilled_MayBeThereOrNotUntilItIsSeen()
    {
        _tag.BeginMaking(_ledger.Head);
        ReadTag(null);
        ReadTag(s_two);
        Judge(violations: 0);

        ReadTag(null);
        Judge(violations: 1);
    }

    [Test]
    public void Tag_WhoseDeleterWasKilled_StaysAwayOnceItWasMissed()
    {
        MakeTag(11, documents: 2);
        _tag.BeginDeleting();
        ReadTag(s_two);
        ReadTag(null);
        Judge(violations: 0);

        ReadTag(s_two);
        Judge(violations: 1);
    }

    [Test]
    public void Tag_RefusedThoughThereWasNone_IsAViolation()
    {
        _tag.BeginMaking(_ledger.Head);
        _kept.Judge(_tag.EndMaking(null));

        Judge(violations: 1);
    }

    [Test]
    public void Tag_RefusedAfterAnAttemptThatWasCutOff_IsThere()
    {
        _tag.BeginMaking(_ledger.Head);
        _tag.BeginMaking(_ledger.Head);
        _kept.Judge(_tag.EndMaking(null));
        Judge(violations: 0);

        ReadTag(null);
        Judge(violations: 1);
    }

    [Test]
    public void Copy_ReadAsTheLogAndItsOwnWritesMakeIt_IsFine()
    {
        MakeCopy();
        ReadCopy(s_two);
        _copy.BeginWriting(7, [("o1", true), ("o3", false)]);
        ReadCopy(State(12, ("o2", 1), ("o3", 7)));
        Drop();
        ReadCopy(null);
        _copy.BeginUndeleting();
        _copy.EndUndeleting(isBack: true);
        ReadCopy(State(14, ("o2", 1), ("o3", 7)));

        Judge(violations: 0);
    }

    [Test]
    public void Copy_BehindAnAcknowledgedWrite_IsAViolation()
    {
        MakeCopy();
        ReadCopy(s_one);

        Judge(violations: 1);
    }

    [Test]
    public void Copy_OfNoStateOfTheLog_IsAViolation()
    {
        MakeCopy();
        ReadCopy(State(11, ("o1", 2)));

        Judge(violations: 1);
    }

    [Test]
    public void Copy_WithWhatWasWrittenToTheNamespace_IsAViolation()
    {
        _ledger.Announce(new Operation(3, 0, 0, [("o2", false)]));
        MakeCopy();
        ReadCopy(s_two);
        _ledger.Acknowledge(3, sequence: 12);
        ReadCopy(State(11, ("o1", 2), ("o2", 3)));

        Judge(violations: 1);
    }

    [TestCase("o1:2 o2:1", 0)]
    [TestCase("o2:1 o3:7", 0)]
    [TestCase("o1:2 o2:1 o3:7", 1)]
    [TestCase("o2:1", 1)]
    public void Copy_WrittenToWhenItsKeeperWasKilled_ShowsTheWriteWholeOrNot(string found, int violations)
    {
        MakeCopy();
        ReadCopy(s_two);
        _copy.BeginWriting(7, [("o1", true), ("o3", false)]);
        ReadCopy(new NamedState(12, ObservedDocuments.Parse(found.Split(' ').Select(word => word + ":0"))));

        Judge(violations);
    }

    [Test]
    public void Copy_WithoutAnAcknowledgedWrite_IsAViolation()
    {
        MakeCopy();
        ReadCopy(s_two);
        _copy.BeginWriting(7, [("o3", false)]);
        _copy.EndWriting();
        ReadCopy(s_two);

        Judge(violations: 1);
    }

    [Test]
    public void Copy_BroughtBackAsAnotherState_IsAViolation()
    {
        MakeCopy();
        ReadCopy(s_two);
        Drop();
        _copy.BeginUndeleting();
        ReadCopy(s_one);

        Judge(violations: 1);
    }

    [Test]
    public void Copy_ListedAfterItsDropOrMissedBefore_IsAViolation()
    {
        MakeCopy();
        _kept.ListCopies([]);
        Drop();
        _kept.ListCopies(["c"]);

        Judge(violations: 2);
    }

    [Test]
    public void Copy_ThatNobodyMade_IsAViolation()
    {
        _kept.ListCopies(["other"]);

        Judge(violations: 1);
    }

    [Test]
    public void Backup_OfAnAcknowledgedState_IsFine()
    {
        _kept.Backups.Begin();
        _kept.Backups.Begin();
        _kept.Backups.End("b", _ledger.Head);
        _kept.ListBackups(["b", "cut off"]);
        _kept.ReadBackup("b", s_two, endedAt: 0);
        _kept.ReadBackup("cut off", s_one, endedAt: 0);

        Judge(violations: 0);
    }

    [Test]
    public void Backup_ThatIsNotListed_IsAViolation()
    {
        _kept.Backups.Begin();
        _kept.Backups.End("b", _ledger.Head);
        _kept.ListBackups([]);

        Judge(violations: 1);
    }

    [Test]
    public void Backup_ThatNobodyMade_IsAViolation()
    {
        _kept.ListBackups(["b"]);

        Judge(violations: 1);
    }

    [Test]
    public void Backup_BehindAnAcknowledgedWriteOrOfAnotherStateThanBefore_IsAViolation()
    {
        _kept.Backups.Begin();
        _kept.Backups.End("b", _ledger.Head);
        _kept.ReadBackup("b", s_one, endedAt: 0);
        _kept.ReadBackup("b", s_two, endedAt: 0);

        Judge(violations: 2);
    }

    [Test]
    public void Backup_OfNoStateOfTheLog_IsAViolation()
    {
        _kept.Backups.Begin();
        _kept.Backups.End("b", _ledger.Head);
        _kept.ReadBackup("b", State(11, ("o1", 2)), endedAt: 0);

        Judge(violations: 1);
    }

    private static NamedState State(long sequence, params (string Key, long Operation)[] found) => new(
        sequence, found.ToDictionary(document => document.Key, document => new Observation(document.Operation, 0)));

    private void MakeTag(long sequence, long documents)
    {
        _tag.BeginMaking(_ledger.Head);
        _kept.Judge(_tag.EndMaking((sequence, documents)));
    }

    private void ReadTag(NamedState? found) => _kept.ReadTag(_tag, found, endedAt: 0);

    private void ListTag((long Sequence, long Documents)? tag) =>
        _kept.ListTags(tag is { } listed ? new() { ["t"] = listed } : []);

    private void MakeCopy()
    {
        _copy.BeginMaking(_ledger.Head);
        _kept.Judge(_copy.EndMaking(isMade: true));
    }

    private void ReadCopy(NamedState? found) => _kept.ReadCopy(_copy, found, endedAt: 0);

    private void Drop()
    {
        _copy.BeginDropping();
        _copy.EndDropping();
    }

    private void Judge(int violations)
    {
        _ledger.Settle();
        Assert.That(_ledger.Violations, Has.Count.EqualTo(violations));
    }
}
