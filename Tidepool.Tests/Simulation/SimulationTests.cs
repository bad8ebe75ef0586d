using NUnit.Framework;

namespace Tidepool.Tests.Simulation;

/// <summary>A few seeds of the simulation, each run twice; eng/simulate runs as many as one likes, continuous
/// integration a million requests.</summary>
[TestFixture]
internal sealed class SimulationTests
{
    private const int Seeds = 60;

    [Test]
    public async Task Engine_UnderEveryFault_KeepsItsPromises()
    {
        using var output = new StringWriter();

        int exitCode = await SimulateCommand.RunAsync(
            ["--seeds", $"{Seeds}", "--first-seed", "1", "--minutes", "10"], output);

        Assert.That(exitCode, Is.Zero, output.ToString());
        Assert.That(output.ToString(), Does.Contain($"\n{Seeds} seeds from 1"));
    }

    /// <summary>Seeds that found faults for which no smaller test is known.</summary>
    [TestCase(1307, Description = "a tag of a namespace whose records say that it was dropped")]
    [TestCase(1692, Description = "a flush of a namespace whose records say that it was dropped")]
    [TestCase(11014, Description = "a flush on a manifest whose segments were merged and collected")]
    [TestCase(11694, Description = "the same")]
    [TestCase(1001062, Description = "a verification that was paused while its namespace was dropped and deleted")]
    [TestCase(1006079, Description = "an opening that was paused while the slots it reads were written and collected")]
    [TestCase(1018247, Description = "a batch said to be not committed, and then tried again")]
    [TestCase(1028530, Description = "a compaction on a manifest whose deletions were collected")]
    [TestCase(2005249, Description = "a drop behind a write that met a damaged segment")]
    [TestCase(2025730, Description = "an undeletion that met damage on its way")]
    [TestCase(1023137, Description = "slots that looked missing one after the other, as they were written meanwhile")]
    [TestCase(21301, Description = "a compaction of a namespace that was dropped and deleted")]
    public async Task Engine_SeedThatFoundAFault_KeepsItsPromises(int seed)
    {
        using var output = new StringWriter();

        await SimulateCommand.RunAsync(["--seeds", "1", "--first-seed", $"{seed}", "--minutes", "10"], output);

        Assert.That(output.ToString(), Does.Contain("1 seeds").And.Contain(" 0 failures"));
    }

    [Test]
    public void Random_SameSeed_SameNumbers()
    {
        SimulationRandom random = new(1);

        Assert.That(random.Next64(), Is.EqualTo(0x910A2DEC89025CC1));
        Assert.That(random.Fork().Next(1000), Is.LessThan(1000));
    }
}
