namespace Tidepool.Storage.Metering;

/// <summary>The running totals of one kind of operation.</summary>
/// <remarks>Any number of threads. Each total is exact; a snapshot taken meanwhile may split one call's
/// totals.</remarks>
internal sealed class OperationMeter(TimeProvider time)
{
    private long _requests;
    private long _misses;
    private long _failures;
    private long _bytes;
    private long _latencyTicks;

    internal long Start() => time.GetTimestamp();

    internal void Success(long start, bool isMiss, long bytes)
    {
        if (isMiss)
        {
            Interlocked.Increment(ref _misses);
        }
        else if (bytes > 0)
        {
            Interlocked.Add(ref _bytes, bytes);
        }

        End(start);
    }

    internal void Failure(long start)
    {
        Interlocked.Increment(ref _failures);
        End(start);
    }

    internal OperationUsage Read() =>
        new(
            Interlocked.Read(ref _requests),
            Interlocked.Read(ref _misses),
            Interlocked.Read(ref _failures),
            Interlocked.Read(ref _bytes),
            new TimeSpan(Interlocked.Read(ref _latencyTicks)));

    internal OperationUsage Reset() =>
        new(
            Interlocked.Exchange(ref _requests, 0),
            Interlocked.Exchange(ref _misses, 0),
            Interlocked.Exchange(ref _failures, 0),
            Interlocked.Exchange(ref _bytes, 0),
            new TimeSpan(Interlocked.Exchange(ref _latencyTicks, 0)));

    private void End(long start)
    {
        Interlocked.Add(ref _latencyTicks, time.GetElapsedTime(start).Ticks);
        Interlocked.Increment(ref _requests);
    }
}
