using NUnit.Framework;

namespace Tidepool.Tests.Simulation;

/// <summary>The log's protocol holds in every state the model can reach; without any one of its rules it does not.
/// </summary>
internal sealed class WalModelTests
{
    private static readonly WalModelConfig s_writers = new();
    private static readonly WalModelConfig s_reader = new() { Writers = 1, BatchesPerWriter = 2, HasReader = true };
    private static readonly WalModelConfig s_all = new() { HasReader = true, HasDrop = true };

    [TestCaseSource(nameof(Sound))]
    public void Protocol_EveryReachableState_KeepsItsPromises(object config)
    {
        var search = new WalModelSearch((WalModelConfig)config);

        WalModelViolation? violation = search.Run();

        TestContext.Out.WriteLine($"{search.StateCount:N0} states");
        Assert.That(violation, Is.Null, search.Trace);
        Assert.That(search.StateCount, Is.GreaterThan(10_000), "the model moves");
    }

    [TestCaseSource(nameof(Mutants))]
    public void Protocol_WithoutARule_BreaksAPromise(object config, object expected)
    {
        var search = new WalModelSearch((WalModelConfig)config);

        WalModelViolation? violation = search.Run();

        TestContext.Out.WriteLine(search.Trace);
        Assert.That(violation, Is.EqualTo(expected));
    }

    private static IEnumerable<TestCaseData> Sound()
    {
        yield return new TestCaseData(s_writers).SetArgDisplayNames("two writers");
        yield return new TestCaseData(s_writers with { Window = 2 }).SetArgDisplayNames("two writers, longer window");
        yield return new TestCaseData(s_writers with { HasReader = true }).SetArgDisplayNames("two writers, reader");
        yield return new TestCaseData(s_writers with { Mutant = WalModelMutant.AlwaysCheck })
            .SetArgDisplayNames("two writers that always check");
        yield return new TestCaseData(s_reader with { Window = 3, HasDrop = true })
            .SetArgDisplayNames("writer, two batches, reader, drop, longest window");
        yield return new TestCaseData(s_all).SetArgDisplayNames("two writers, reader, drop");
    }

    private static IEnumerable<TestCaseData> Mutants()
    {
        yield return Mutant(s_writers, WalModelMutant.NoCheckAfterCreate, WalModelViolation.AcknowledgedLost);
        yield return Mutant(s_writers, WalModelMutant.DeleteWithoutGrace, WalModelViolation.AcknowledgedLost);
        yield return Mutant(s_writers, WalModelMutant.DeleteByObjectAge, WalModelViolation.AppliedAGhost);
        yield return Mutant(s_writers, WalModelMutant.ProbeWithoutWindow, WalModelViolation.AcknowledgedLost);
        yield return Mutant(s_reader, WalModelMutant.ReadWithoutWindow, WalModelViolation.StaleRead);
        yield return Mutant(s_writers, WalModelMutant.NoOwnCheck, WalModelViolation.AppliedTwice);
        yield return Mutant(s_writers, WalModelMutant.LeaveSlotInDoubt, WalModelViolation.AppliedTwice);
        yield return Mutant(s_writers, WalModelMutant.RetryAfterGhost, WalModelViolation.AppliedTwice);
        yield return Mutant(s_writers, WalModelMutant.ConditionFailedIsLost, WalModelViolation.AppliedTwice);
        yield return Mutant(s_writers, WalModelMutant.ApplyWithoutWindow, WalModelViolation.AppliedAGhost);
        yield return Mutant(s_all, WalModelMutant.NoDropCheck, WalModelViolation.AcknowledgedLost);
    }

    private static TestCaseData Mutant(WalModelConfig config, WalModelMutant mutant, WalModelViolation expected) =>
        new TestCaseData(config with { Mutant = mutant }, expected).SetArgDisplayNames(mutant.ToString());
}
