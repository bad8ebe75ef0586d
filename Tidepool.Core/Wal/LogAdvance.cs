using System.Diagnostics;
using Tidepool.Storage;

namespace Tidepool.Wal;

/// <summary>Brings the state up to date with the log: one at a time per log.</summary>
/// <remarks>
/// Reads the slots behind the head until one is missing. While the state is fresh, what a slot holds or does not hold
/// proves itself. Otherwise the bounds are read after the slots: if the floor is still at or below the head, the slots
/// were genuine when they were read; if not, the state starts again from the newest manifest.
/// </remarks>
#pragma warning disable CA1001 // The turn is not disposed: whoever still waited for it would wait for ever.
internal sealed class LogAdvance(LogState state, Freshness freshness, SlotReader slots, ILogBounds bounds)
#pragma warning restore CA1001
{
    private const int GuessedSlots = 4;
    private const int MaxSlots = 64;
    private const int MaxListed = 256;
    private const long MaxBytesInFlight = 64L << 20;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Applies everything that was in the log when the call began, and more if it is there.</summary>
    /// <param name="first">The slot behind <paramref name="seenFrom"/>, if it was already read; disposed here.</param>
    /// <param name="seenFrom">The head it was read for.</param>
    /// <param name="mark">The mark taken before it was read.</param>
    /// <param name="cancellationToken">Stops waiting and reading.</param>
    internal async ValueTask RunAsync(
        SlotRead? first, LogHead? seenFrom, long mark, CancellationToken cancellationToken)
    {
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            first?.Dispose();
            throw;
        }

        try
        {
            int count = 1;
            if (first is { } read && state.Head == seenFrom)
            {
                Step step = await TakeAsync([read], mark, cancellationToken).ConfigureAwait(false);
                if (step == Step.ReachedEnd)
                {
                    return;
                }

                count = step == Step.Advanced ? GuessedSlots : 1;
            }
            else
            {
                first?.Dispose();
            }

            await ReadOnAsync(count, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask ReadOnAsync(int count, CancellationToken cancellationToken)
    {
        var sizes = new Queue<long>();
        long torn = 0;
        while (!state.IsDropped)
        {
            long mark = freshness.Mark();
            long next = state.Head.Next;
            SlotRead[] reads = await slots.ReadAsync(next, count, cancellationToken).ConfigureAwait(false);
            long missing = next + Array.FindIndex(reads, read => !read.Found);
            switch (await TakeAsync(reads, mark, cancellationToken).ConfigureAwait(false))
            {
                case Step.ReachedEnd:
                    return;
                case Step.Torn when torn == missing && state.Head.Next == missing:
                    // The slots behind it were there before it was read for the second time.
                    throw new DataCorruptionException($"{state.Head.NextKey} is missing, but entries follow it.")
                    {
                        ObjectKey = state.Head.NextKey,
                    };
                case Step.Torn:
                    torn = missing;
                    break;
                case Step.Restarted:
                    (count, torn) = (1, 0);
                    sizes.Clear();
                    break;
                case Step.Advanced:
                    if (sizes.Count == 0 && count >= GuessedSlots)
                    {
                        sizes = await slots.ListSizesAsync(state.Head.Position.Sequence, MaxListed, cancellationToken)
                            .ConfigureAwait(false);
                    }

                    count = sizes.Count > 0 ? ChooseCount(sizes) : count == 1 ? GuessedSlots : 1;
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    /// <summary>How many slots to read next: as many as are known to be there and to fit in memory.</summary>
    private static int ChooseCount(Queue<long> sizes)
    {
        int count = 0;
        long bytes = 0;
        while (count < MaxSlots && sizes.TryPeek(out long size) && (count == 0 || bytes + size <= MaxBytesInFlight))
        {
            bytes += sizes.Dequeue();
            count++;
        }

        return count;
    }

    private async ValueTask<Step> TakeAsync(SlotRead[] reads, long mark, CancellationToken cancellationToken)
    {
        try
        {
            bool isFresh = true;
            foreach (SlotRead read in reads)
            {
                isFresh &= freshness.Observe(read.Result.StoreTime);
            }

            if (!isFresh)
            {
                LogBounds now = await bounds.ReadAsync(cancellationToken).ConfigureAwait(false);
                freshness.Observe(now.StoreTime);
                if (now.IsDropped)
                {
                    state.MarkDropped();
                    return Step.ReachedEnd;
                }

                if (now.Floor > state.Head.Position.Sequence)
                {
                    await state.ResetAsync(cancellationToken).ConfigureAwait(false);
                    freshness.Confirm(mark);
                    return Step.Restarted;
                }
            }

            if (reads[0].Found && !await state.PrepareAsync(cancellationToken).ConfigureAwait(false))
            {
                await state.ResetAsync(cancellationToken).ConfigureAwait(false);
                freshness.Confirm(mark);
                return Step.Restarted;
            }

            Step step = Apply(reads);
            if (!isFresh || step == Step.ReachedEnd)
            {
                freshness.Confirm(mark); // A found slot says nothing about floors further up.
            }

            return step;
        }
        finally
        {
            foreach (SlotRead read in reads)
            {
                read.Dispose();
            }
        }
    }

    private Step Apply(SlotRead[] reads)
    {
        int found = 0;
        while (found < reads.Length && reads[found].Found)
        {
            if (reads[found].Sequence > state.Head.Position.Sequence)
            {
                state.Apply(slots.Decode(reads[found]));
            }

            found++;
        }

        return found == reads.Length ? Step.Advanced
            : Array.Exists(reads[found..], read => read.Found) ? Step.Torn
            : Step.ReachedEnd;
    }

    private enum Step
    {
        Advanced,
        ReachedEnd,
        Restarted,
        Torn,
    }
}
