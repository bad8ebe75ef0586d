using NUnit.Framework;

namespace Tidepool.Tests.Fuzzing;

/// <summary>A few thousand inputs for each decoder, others in each run; eng/fuzz tries as many as one likes.</summary>
[TestFixture]
internal sealed class FuzzTests
{
    private const int Inputs = 4_000;

    private static IEnumerable<string> Targets => FuzzTargets.MakeAll().Select(target => target.Name);

    [TestCaseSource(nameof(Targets))]
    public void Decode_ChangedObject_IsRefusedOrRead(string name)
    {
        FuzzTarget target = FuzzTargets.MakeAll().Single(found => found.Name == name);
        ulong seed = (uint)TestContext.CurrentContext.Random.Next();

        FuzzTotals totals = new FuzzRunner(target, seed).Run(first: 0, step: 1, Inputs);

        Assert.That(totals.Failures, Is.Empty);
        Assert.That(totals.Inputs, Is.EqualTo(Inputs));
        Assert.That(totals.Refused, Is.GreaterThan(Inputs / 20), $"seed {seed}");
        Assert.That(totals.Read, Is.GreaterThan(0), $"seed {seed}");
    }

    [TestCaseSource(nameof(Targets))]
    public void Decode_SoundObject_IsRead(string name)
    {
        foreach (FuzzSeed sound in FuzzTargets.MakeAll().Single(found => found.Name == name).Seeds)
        {
            Assert.That(() => sound.Read(sound.Bytes), Throws.Nothing);
        }
    }

    [Test]
    public void Make_SameSeedAndNumber_SameInput()
    {
        FuzzTarget target = FuzzTargets.MakeAll().First();

        Assert.That(
            new FuzzRunner(target, 5).Make(17).Bytes, Is.EqualTo(new FuzzRunner(target, 5).Make(17).Bytes));
        Assert.That(
            new FuzzRunner(target, 5).Make(18).Bytes, Is.Not.EqualTo(new FuzzRunner(target, 5).Make(17).Bytes));
    }
}
