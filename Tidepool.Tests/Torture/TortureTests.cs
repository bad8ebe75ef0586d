using NUnit.Framework;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Torture;

/// <summary>Short runs of what <c>eng/torture</c> does at length: real processes, really killed.</summary>
[Category("Processes")]
internal sealed class TortureTests
{
    private const int Kills = 20;

    [Test]
    public async Task Directory_WhoseProcessesAreKilled_KeepsEveryPromise()
    {
        using TempFolder folder = new();
        await RunAsync(TortureStore.InDirectory(Path.Join(folder.Path, "store")));
    }

    [Test]
    public async Task S3_WhoseProcessesAreKilled_KeepsEveryPromise()
    {
        await RunAsync(TortureStore.OnS3Server());
    }

    private static async Task RunAsync(TortureStore store)
    {
        TortureOptions options = new(store)
        {
            Kills = Kills,
            MaxStop = TimeSpan.FromSeconds(3),
            Seed = Environment.TickCount,
        };
        using TortureRun run = new(options, TestContext.Out);

        TortureReport report = await run.RunAsync();

        TestContext.Out.WriteLine(report);
        Assert.Multiple(() =>
        {
            Assert.That(report.Violations, Is.Empty, $"see the journal {run.JournalPath}");
            Assert.That(report.Kills, Is.EqualTo(Kills));
            Assert.That(report.Acknowledged, Is.GreaterThan(0));
            Assert.That(report.StrongReads, Is.GreaterThan(0));
            Assert.That(report.Compactions, Is.GreaterThan(0));
            Assert.That(report.Kept.TagsMade, Is.GreaterThan(0));
            Assert.That(report.Kept.CopiesMade, Is.GreaterThan(0));
            Assert.That(report.Kept.Restorations, Is.GreaterThan(0));
            Assert.That(report.StatesJudged, Is.GreaterThan(0));
            Assert.That(report.Stops, Is.GreaterThan(0));
        });
    }
}
