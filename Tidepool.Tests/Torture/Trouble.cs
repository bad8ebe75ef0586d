namespace Tidepool.Tests.Torture;

/// <summary>Something that goes wrong around the processes again and again, and is put right again each time.</summary>
internal abstract class Trouble(Random random, TimeSpan maxPause)
{
    internal int Count { get; private set; }

    protected Random Random { get; } = random;

    /// <summary>At least once, and until it is stopped; nothing is wrong any more then.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        do
        {
            await Task.Delay(Pick(maxPause), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await CauseAsync();
            Count++;
        }
        while (!stop.IsCancellationRequested);
    }

    /// <summary>Lets it go wrong, and puts it right.</summary>
    protected abstract Task CauseAsync();

    protected TimeSpan Pick(TimeSpan longest) => longest * Random.NextDouble();
}
