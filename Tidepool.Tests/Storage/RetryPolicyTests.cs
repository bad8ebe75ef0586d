using NUnit.Framework;
using Tidepool.Storage;

namespace Tidepool.Tests.Storage;

public sealed class RetryPolicyTests
{
    private static readonly StorageException s_transient = new("later", isTransient: true);
    private static readonly StorageException s_final = new("never", isTransient: false);

    private readonly RetryPolicy _policy = new()
    {
        MaxAttempts = 5,
        FirstDelay = TimeSpan.FromMilliseconds(100),
        MaxDelay = TimeSpan.FromMilliseconds(500),
        Deadline = TimeSpan.FromSeconds(10),
    };

    [TestCase(1, 0.0, 50)]
    [TestCase(1, 0.5, 75)]
    [TestCase(1, 1.0, 100)]
    [TestCase(2, 1.0, 200)]
    [TestCase(3, 0.0, 200)]
    [TestCase(3, 1.0, 400)]
    [TestCase(4, 1.0, 500)]
    [TestCase(4, 0.0, 250)]
    public void Delay_Doubles_UpToTheLongest(int attempts, double random, int expected) =>
        Assert.That(
            _policy.GetDelay(attempts, TimeSpan.Zero, s_transient, random),
            Is.EqualTo(TimeSpan.FromMilliseconds(expected)));

    [Test]
    public void Delay_AfterTheLastAttempt_IsNone() =>
        Assert.That(_policy.GetDelay(5, TimeSpan.Zero, s_transient, 0), Is.Null);

    [Test]
    public void Delay_OfALastingFailure_IsNone() =>
        Assert.That(_policy.GetDelay(1, TimeSpan.Zero, s_final, 0), Is.Null);

    [TestCase(9_900, true)]
    [TestCase(9_901, false)]
    public void Delay_PastTheDeadline_IsNone(int elapsed, bool isRetried) =>
        Assert.That(
            _policy.GetDelay(1, TimeSpan.FromMilliseconds(elapsed), s_transient, 1).HasValue, Is.EqualTo(isRetried));

    [Test]
    public void Delay_ManyAttempts_DoesNotOverflow() =>
        Assert.That(
            (_policy with { MaxAttempts = int.MaxValue }).GetDelay(100_000, TimeSpan.Zero, s_transient, 1),
            Is.EqualTo(TimeSpan.FromMilliseconds(500)));

    [Test]
    public void Options_OutOfRange_AreRefused() =>
        Assert.Multiple(() =>
        {
            Assert.That(() => new RetryPolicy { MaxAttempts = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => new RetryPolicy { FirstDelay = TimeSpan.FromTicks(-1) },
                Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => new RetryPolicy { MaxDelay = TimeSpan.FromTicks(-1) },
                Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => new RetryPolicy { Deadline = TimeSpan.FromTicks(-1) },
                Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
}
