using NUnit.Framework;

namespace Tidepool.Tests.Torture;

/// <summary>The judge of the soak must itself be able to say no.</summary>
internal sealed class SoakReportTests
{
    private static readonly SoakSample s_sample = new(
        At: default, LiveBytes: 1000, StoredBytes: 2000, Handles: 100, Mappings: 200, Threads: 10,
        PrivateBytes: 1 << 20, HeapBytes: 1 << 19);

    [Test]
    public void Problems_WhereNothingGrows_AreNone()
    {
        Assert.That(Judge((sample, minute) => sample with { Handles = 100 + (minute % 7) }), Is.Empty);
    }

    [Test]
    public void Problems_DuringTheFirstTenth_DoNotCount()
    {
        Assert.That(Judge((sample, minute) => minute < 6 ? sample with { StoredBytes = 9000 } : sample), Is.Empty);
    }

    [Test]
    public void Problems_WhatIsFullAfterAThird_IsNotGrowth()
    {
        Assert.That(
            Judge((sample, minute) => sample with { PrivateBytes = (1 << 20) + (Math.Min(minute, 20) * 20_000) }),
            Is.Empty);
    }

    [TestCase("stored")]
    [TestCase("handles")]
    [TestCase("mappings")]
    [TestCase("threads")]
    [TestCase("memory")]
    [TestCase("heap")]
    public void Problems_WhereSomethingGrows_SaySo(string what)
    {
        IReadOnlyList<string> problems = Judge((sample, minute) => what switch
        {
            "stored" => sample with { StoredBytes = minute == 30 ? 2501 : 2000 },
            "handles" => sample with { Handles = 100 + (minute / 5) },
            "mappings" => sample with { Mappings = 100 + (minute / 5) },
            "threads" => sample with { Threads = 10 + (minute / 10) },
            "heap" => sample with { HeapBytes = (1 << 19) + (minute * 1000) },
            _ => sample with { PrivateBytes = (1 << 20) + (minute * 2000) },
        });

        Assert.That(problems, Has.Count.EqualTo(1));
    }

    [Test]
    public void Problems_WrongAnswers_AreAmongThem()
    {
        SoakCounts counts = new();
        counts.Problems.Add("count: 1; expected 2");

        Assert.That(new SoakReport(new SoakOptions("a"), [s_sample], counts).Problems, Is.EqualTo(counts.Problems));
    }

    [Test]
    public void Trend_OfAStraightLine_IsItsSlope()
    {
        SoakSample[] samples =
            [.. Enumerable.Range(0, 61).Select(minute => At(minute) with { Handles = 100 + (2 * minute) })];

        SoakTrend trend = SoakTrend.Of(samples, sample => sample.Handles);

        Assert.That(trend.PerHour, Is.EqualTo(120).Within(0.001));
        Assert.That(trend.Mean, Is.EqualTo(160).Within(0.001));
    }

    private static IReadOnlyList<string> Judge(Func<SoakSample, int, SoakSample> change)
    {
        SoakSample[] samples = [.. Enumerable.Range(0, 60).Select(minute => change(At(minute), minute))];
        return new SoakReport(new SoakOptions("a"), samples, new SoakCounts()).Problems;
    }

    private static SoakSample At(int minute) => s_sample with { At = TimeSpan.FromMinutes(minute) };
}
