namespace Tidepool.Tests.Support;

/// <summary>A store's clock that moves only when it is told to.</summary>
internal sealed class StoreClock : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).UtcTicks;

    internal DateTimeOffset Now => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    internal void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => Now;
}
