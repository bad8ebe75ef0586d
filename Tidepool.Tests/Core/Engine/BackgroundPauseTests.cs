using NUnit.Framework;
using Tidepool.Engine;

namespace Tidepool.Tests.Core.Engine;

internal sealed class BackgroundPauseTests
{
    [Test]
    public async Task Run_WithoutAPause_GivesTheResult()
    {
        using var pause = new BackgroundPause(() => { });

        Assert.That(await pause.RunAsync(_ => Task.FromResult(7), CancellationToken.None), Is.EqualTo(7));
    }

    [Test]
    public async Task Run_WhilePaused_DoesNotBegin()
    {
        int begun = 0;
        using var pause = new BackgroundPause(() => { });
        using IDisposable first = pause.Begin();
        pause.Begin().Dispose();

        int? result = await pause.RunAsync(_ => Task.FromResult(++begun), CancellationToken.None);

        Assert.That((result, begun), Is.EqualTo(((int?)null, 0)));
    }

    [Test]
    public async Task Begin_WhileWorkRuns_CancelsIt()
    {
        using var pause = new BackgroundPause(() => { });
        Task<int?> work = pause.RunAsync(WaitAsync, CancellationToken.None);

        using IDisposable begun = pause.Begin();

        Assert.That(await work, Is.Null);
    }

    [Test]
    public void Cancel_WhileWorkRuns_IsReported()
    {
        using var pause = new BackgroundPause(() => { });
        using var stop = new CancellationTokenSource();
        Task<int?> work = pause.RunAsync(WaitAsync, stop.Token);

        stop.Cancel();

        Assert.That(async () => await work, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task End_OfTheLastPause_IsToldOnce_AndWorkGoesOn()
    {
        int ended = 0;
        using var pause = new BackgroundPause(() => ended++);
        IDisposable first = pause.Begin();
        IDisposable second = pause.Begin();

        first.Dispose();
        first.Dispose();
        Assert.That(ended, Is.Zero);
        second.Dispose();

        Assert.That(ended, Is.EqualTo(1));
        Assert.That(await pause.RunAsync(_ => Task.FromResult(7), CancellationToken.None), Is.EqualTo(7));
    }

    private static async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return 0;
    }
}
