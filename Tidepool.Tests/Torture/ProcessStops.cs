namespace Tidepool.Tests.Torture;

/// <summary>Stops a process where it stands and lets it go on later: some within its time-outs and windows, some beyond
/// them. Some are killed while they are stopped.</summary>
internal sealed class ProcessStops(ChildPool pool, TimeSpan longest, Random random)
    : Trouble(random, TimeSpan.FromSeconds(2))
{
    protected override async Task CauseAsync()
    {
        ChildProcess[] children = pool.Children;
        ChildProcess child = children[Random.Next(children.Length)];
        await child.SignalAsync("STOP");
        await Task.Delay(Pick(longest));
        await child.SignalAsync("CONT");
    }
}
