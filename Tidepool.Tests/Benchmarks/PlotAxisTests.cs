using NUnit.Framework;
using Tidepool.Benchmarks.Plots;

namespace Tidepool.Tests.Benchmarks;

internal sealed class PlotAxisTests
{
    [Test]
    public void RecallAxis_Ends_FillTheAxis()
    {
        Assert.That(RecallAxis.Position(0.8), Is.Zero);
        Assert.That(RecallAxis.Position(1), Is.EqualTo(1).Within(1e-12));
        Assert.That(RecallAxis.Position(0.5), Is.Negative);
    }

    /// <remarks>A linear axis gives the span from 0.98 to 0.995 less than a tenth of its room.</remarks>
    [Test]
    public void RecallAxis_HighEnd_HasRoom()
    {
        Assert.That(RecallAxis.Position(0.995) - RecallAxis.Position(0.98), Is.GreaterThan(0.2));
        Assert.That(RecallAxis.Ticks.Select(RecallAxis.Position), Is.Ordered.And.All.InRange(0, 1));
    }

    [TestCase(130, 18_000, new double[] { 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000 })]
    [TestCase(1_000, 2_000, new double[] { 1_000, 2_000 })]
    [TestCase(1_000, 1_000, new double[] { 1_000, 2_000 })]
    [TestCase(0.3, 0.4, new double[] { 0.2, 0.5 })]
    public void LogarithmicAxis_Values_LieBetweenRoundTicks(double least, double most, double[] ticks)
    {
        var axis = new LogarithmicAxis(least, most);

        Assert.That(axis.Ticks, Is.EqualTo(ticks).Within(1e-9));
    }

    [Test]
    public void LogarithmicAxis_EqualRatios_HaveEqualRoom()
    {
        var axis = new LogarithmicAxis(100, 10_000);

        Assert.That(axis.Position(100), Is.Zero.Within(1e-12));
        Assert.That(axis.Position(1_000), Is.EqualTo(0.5).Within(1e-12));
        Assert.That(axis.Position(10_000), Is.EqualTo(1).Within(1e-12));
    }
}
