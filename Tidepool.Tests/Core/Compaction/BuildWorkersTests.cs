using NUnit.Framework;
using Tidepool.Compaction;

namespace Tidepool.Tests.Core.Compaction;

internal sealed class BuildWorkersTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(8)]
    public void Run_Parts_EachOnce(int count)
    {
        int[] runs = new int[1000];

        new BuildWorkers(count).Run(runs.Length, part => Interlocked.Increment(ref runs[part]));

        Assert.That(runs, Is.All.EqualTo(1));
    }

    [TestCase(1)]
    [TestCase(4)]
    public void Run_PartFails_ItsExceptionIsThrown(int count) => Assert.That(
        () => new BuildWorkers(count).Run(100, part =>
        {
            if (part == 42)
            {
                throw new InvalidOperationException("42");
            }
        }),
        Throws.InvalidOperationException.With.Message.EqualTo("42"));

    [Test]
    public void Run_PartIsCancelled_IsACancellation()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.That(
            () => new BuildWorkers(4).Run(100, _ => source.Token.ThrowIfCancellationRequested()),
            Throws.InstanceOf<OperationCanceledException>());
    }
}
