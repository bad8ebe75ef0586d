using NUnit.Framework;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>A sample of all crashes; continuous integration tries more of them, eng/simulate --crashes all of them.
/// </summary>
[TestFixture]
internal sealed class CrashTests
{
    [Test]
    public async Task Recover_AfterACrashAnywhere_FindsWhatWasPromised()
    {
        (int exitCode, string output) = await RunAsync(CrashOptions.Mark, CrashOptions.All, "--every", "31");

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain($"{CrashScenarios.All.Count} scenarios"));
    }

    [TestCase("collect the graveyard", nameof(ProtocolMutant.GravesEmptiedAtOnce))]
    [TestCase("flush with deletions", nameof(ProtocolMutant.DeletionsNotStored))]
    [TestCase("compaction", nameof(ProtocolMutant.SegmentAcknowledgedBeforeSent))]
    public async Task Recover_ARuleIsBroken_IsNoticed(string scenario, string mutant)
    {
        (int exitCode, string output) = await RunAsync(
            CrashOptions.Mark, scenario, "--every", "10", "--mutant", mutant);

        Assert.That(exitCode, Is.Not.Zero, output);
        Assert.That(output, Does.Contain($"eng/simulate --crashes \"{scenario}\""));
    }

    [Test]
    public void Parse_WhatAPointIsCalled_IsThePoint()
    {
        CrashPoint point = new(12, CrashKind.Late);

        Assert.That(CrashPoint.Parse($"{point}"), Is.EqualTo(point));
        Assert.That(CrashPoint.Parse(""), Is.EqualTo(default(CrashPoint)));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        int exitCode = await SimulateCommand.RunAsync(arguments, output);
        return (exitCode, output.ToString());
    }
}
