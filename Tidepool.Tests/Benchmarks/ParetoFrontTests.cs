using NUnit.Framework;
using Tidepool.Benchmarks.Plots;

namespace Tidepool.Tests.Benchmarks;

internal sealed class ParetoFrontTests
{
    [Test]
    public void Of_BeatenPoints_AreLeftOut()
    {
        MeasuredPoint fast = new(0.90, 9000);
        MeasuredPoint middle = new(0.95, 5000);
        MeasuredPoint sure = new(0.99, 1000);
        MeasuredPoint[] beaten = [new(0.90, 8999), new(0.94, 4000), new(0.95, 4999), new(0.89, 9000), new(0.5, 1)];

        Assert.That(ParetoFront.Of([sure, .. beaten, fast, middle]), Is.EqualTo([fast, middle, sure]));
    }

    [Test]
    public void Of_EqualPoints_KeepsOne()
    {
        Assert.That(ParetoFront.Of([new(0.9, 10), new(0.9, 10)]), Is.EqualTo([new MeasuredPoint(0.9, 10)]));
    }

    [Test]
    public void Of_Nothing_IsEmpty()
    {
        Assert.That(ParetoFront.Of([]), Is.Empty);
    }
}
