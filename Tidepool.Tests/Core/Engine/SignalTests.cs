using NUnit.Framework;
using Tidepool.Engine;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

[TestFixture]
internal sealed class SignalTests
{
    [Test]
    public async Task WaitAsync_LessThanAMillisecond_WaitsForOne()
    {
        var clock = new ManualTime();

        Task waiting = new Signal().WaitAsync(TimeSpan.FromTicks(1), clock, CancellationToken.None);

        Assert.That(waiting.IsCompleted, Is.False, "Whoever waits until it is due would turn around and around.");
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await waiting;
    }

    [Test]
    public async Task WaitAsync_PartsOfAMillisecond_AreNotCutOff()
    {
        var clock = new ManualTime();

        Task waiting = new Signal().WaitAsync(TimeSpan.FromMilliseconds(2.5), clock, CancellationToken.None);

        clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.That(clock.WaitingTimers, Is.EqualTo(1));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await waiting;
    }
}
