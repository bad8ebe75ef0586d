using Tidepool.Model;

namespace Tidepool.Wal;

/// <summary>How long ago, on the store's clock, it was certain that no manifest had a floor above the log's head.
/// </summary>
/// <remarks>
/// <para>While that is less than the grace window, the slot behind the head cannot have been taken, consumed, deleted
/// and taken again; a missing or a created slot then proves what it seems to prove.</para>
/// <para>A moment "before a request" is the latest store time seen when it began: no assumption about how long
/// requests take, or about where in a request the store reads its clock, other than not before it takes effect. Our
/// own clocks play no part: they stop when a machine sleeps.</para>
/// </remarks>
internal sealed class Freshness(GracePolicy policy)
{
    private readonly long _trustedTicks = policy.TrustedFor.Ticks;
    private readonly bool _isExclusive = policy.IsExclusive;
    private long _seen;
    private long _confirmed;

    /// <summary>The latest store time seen; null before the first.</summary>
    internal DateTimeOffset? Latest =>
        Volatile.Read(ref _seen) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Take one before a request, to <see cref="Confirm"/> with what the request shows.</summary>
    internal long Mark() => Volatile.Read(ref _seen);

    /// <summary>Notes the store's time of an answer, and returns whether what was known still holds then.</summary>
    internal bool Observe(DateTimeOffset? storeTime)
    {
        if (storeTime is not { } time)
        {
            return _isExclusive;
        }

        long seen = Raise(ref _seen, time.UtcTicks);
        if (_isExclusive)
        {
            return true;
        }

        long confirmed = Volatile.Read(ref _confirmed);
        return confirmed != 0 && seen - confirmed < _trustedTicks;
    }

    /// <summary>At the time of the mark, or later, no manifest had a floor above the head.</summary>
    internal void Confirm(long mark) => Raise(ref _confirmed, mark);

    private static long Raise(ref long location, long value)
    {
        long current = Volatile.Read(ref location);
        while (current < value)
        {
            long found = Interlocked.CompareExchange(ref location, value, current);
            if (found == current)
            {
                return value;
            }

            current = found;
        }

        return current;
    }
}
