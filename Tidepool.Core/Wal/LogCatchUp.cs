using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Wal;

/// <summary>The barrier in front of a strong read: the state holds all that was in the log when it was asked for.
/// </summary>
/// <remarks>
/// Costs one get of the slot behind the head, begun after the caller arrived. Where the store answers at once, each
/// caller makes its own, without a lock or an allocation. Where it does not, callers share: those who arrive while a
/// get is under way wait for it, and then for the next one together.
/// </remarks>
internal sealed class LogCatchUp(
    IObjectStore store, GracePolicy policy, LogState state, Freshness freshness, LogAdvance advance) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _running = Task.CompletedTask;
    private Task? _next;
    private volatile bool _isShared = policy.Sharing == ObjectStoreSharing.Network;

    internal ValueTask RunAsync(CancellationToken cancellationToken)
    {
        if (state.IsDropped || (policy.IsExclusive && !state.IsNextInDoubt))
        {
            return ValueTask.CompletedTask;
        }

        return _isShared
            ? new ValueTask(JoinAsync().WaitAsync(cancellationToken))
            : ProbeAsync(cancellationToken);
    }

    /// <summary>Stops the get that nobody may be waiting for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        Task last;
        lock (_gate)
        {
            last = _next ?? _running;
        }

        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    /// <summary>The round that has not begun yet.</summary>
    private Task JoinAsync()
    {
        lock (_gate)
        {
            return _next ??= StartAfterAsync(_running);
        }
    }

    private async Task StartAfterAsync(Task previous)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate)
        {
            (_running, _next) = (_next!, null); // From here on, who arrives waits for the next round.
        }

        await ProbeAsync(_closing.Token).ConfigureAwait(false);
    }

    private ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        LogHead head = state.Head;
        long mark = freshness.Mark();
        ValueTask<GetResult> get = store.GetAsync(head.NextKey, range: null, cancellationToken);
        return get.IsCompletedSuccessfully
            ? Take(get.Result, head, mark, cancellationToken)
            : AwaitProbeAsync(get, head, mark, cancellationToken);
    }

    private async ValueTask AwaitProbeAsync(
        ValueTask<GetResult> get, LogHead head, long mark, CancellationToken cancellationToken)
    {
        GetResult result = await get.ConfigureAwait(false);
        _isShared |= !result.Found; // Saying that there is nothing takes this store a while: worth sharing.
        await Take(result, head, mark, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask Take(GetResult result, LogHead head, long mark, CancellationToken cancellationToken)
    {
        if (!result.Found && freshness.Observe(result.StoreTime))
        {
            freshness.Confirm(mark);
            return ValueTask.CompletedTask;
        }

        return advance.RunAsync(
            new SlotRead(head.Next, head.NextKey, result), head, mark, cancellationToken);
    }
}
