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

    [Test]
    public void Random_SameSeed_SameNumbers()
    {
        SimulationRandom random = new(1);

        Assert.That(random.Next64(), Is.EqualTo(0x910A2DEC89025CC1));
        Assert.That(random.Fork().Next(1000), Is.LessThan(1000));
    }
}
