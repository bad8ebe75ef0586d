using System.Diagnostics;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Wal;

/// <summary>The log of one incarnation of a namespace, as one process sees it. docs/protocol.md says why it is safe.
/// </summary>
/// <remarks>Any number of threads may catch up; one at a time may append.</remarks>
internal sealed class NamespaceLog : IAsyncDisposable
{
    private readonly ILogBounds _bounds;
    private readonly LogState _state;
    private readonly LogAdvance _advance;
    private readonly LogCatchUp _catchUp;
    private readonly LogAppend _append;
    private readonly Freshness _freshness;
    private int _appending;

    /// <param name="store">Where the log is.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="policy">How long deleted state lingers there.</param>
    /// <param name="bounds">Tells where the log begins now.</param>
    /// <param name="listener">The state built from the log; it stands at <paramref name="start"/>.</param>
    /// <param name="writerId">A new id for this log.</param>
    /// <param name="start">The floor of the manifest the state was loaded from.</param>
    internal NamespaceLog(
        IObjectStore store,
        NamespaceKeys keys,
        GracePolicy policy,
        ILogBounds bounds,
        ILogListener listener,
        Guid writerId,
        LogPosition start)
    {
        _bounds = bounds;
        _freshness = new Freshness(policy);
        _state = new LogState(keys, listener, start);
        var slots = new SlotReader(store, keys);
        _advance = new LogAdvance(_state, _freshness, slots, bounds);
        _catchUp = new LogCatchUp(store, policy, _state, _freshness, _advance);
        _append = new LogAppend(store, keys.NamespaceId, writerId, _state, _freshness, slots, _advance);
    }

    /// <summary>The last entry applied.</summary>
    internal LogPosition Head => _state.Head.Position;

    /// <summary>The latest time of the store that any answer told; null before the first.</summary>
    internal DateTimeOffset? StoreTime => _freshness.Latest;

    /// <summary>Whether the namespace has been dropped; nothing can be appended then.</summary>
    internal bool IsDropped => _state.IsDropped;

    /// <summary>Looks whether the namespace was dropped and its record says so. What it consisted of may be gone then,
    /// the log's own entry of the drop too.</summary>
    internal async ValueTask CheckDroppedAsync(CancellationToken cancellationToken)
    {
        LogBounds now = await _bounds.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (now.IsDropped)
        {
            _state.MarkDropped();
        }
    }

    /// <summary>Applies everything that was in the log when the call began.</summary>
    /// <exception cref="StorageException">The store failed.</exception>
    /// <exception cref="DataCorruptionException">An entry is damaged, missing or not the successor of the one before.
    /// </exception>
    internal ValueTask CatchUpAsync(CancellationToken cancellationToken) => _catchUp.RunAsync(cancellationToken);

    /// <summary>Applies everything that is in the log, also where nobody else could have written to it.</summary>
    internal ValueTask ReadOnAsync(CancellationToken cancellationToken) =>
        _advance.RunAsync(first: null, seenFrom: null, mark: 0, cancellationToken);

    /// <summary>Appends an entry right behind <paramref name="expectedHead"/>, or not at all; applies it before the
    /// call returns.</summary>
    /// <param name="kind">What the entry does.</param>
    /// <param name="batches">What was decided on the state at the expected head; ids new to the log. None, to only
    /// take the slot.</param>
    /// <param name="expectedHead">The head on which it was decided.</param>
    /// <param name="cancellationToken">Stops waiting; if the entry was sent by then, its outcome is unknown.</param>
    /// <exception cref="CommitOutcomeUnknownException">Whether it was, or will be, appended cannot be told. Holds the
    /// first batch's id, but is true of all.</exception>
    /// <exception cref="StorageException">The store failed, and the entry was certainly not appended.</exception>
    internal async ValueTask<AppendResult> AppendAsync(
        WalEntryKind kind,
        IReadOnlyList<WalBatch> batches,
        LogPosition expectedHead,
        CancellationToken cancellationToken)
    {
        bool isAlone = Interlocked.Exchange(ref _appending, 1) == 0;
        Debug.Assert(isAlone, "One append at a time.");
        try
        {
            return await _append.RunAsync(kind, batches, expectedHead, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _appending, 0);
        }
    }

    /// <summary>Whether a batch is in the part of the log that was applied entry by entry.</summary>
    internal bool TryFindBatch(Guid batchId, out long sequence) => _state.TryFindBatch(batchId, out sequence);

    /// <summary>The only slot where a batch can be whose append ended in an unknown outcome; 0 for others.</summary>
    internal long GetDoubtfulSlot(Guid batchId) => _state.GetDoubtfulSlot(batchId);

    /// <summary>The batches of the entries after one and up to another, as far as they are not trimmed.</summary>
    internal BatchRecord[] GetBatches(long after, long through) => _state.GetBatches(after, through);

    /// <summary>Forgets the batches of entries that a manifest has recorded.</summary>
    internal void TrimTail(long through) => _state.TrimTail(through);

    /// <summary>Applies entries that were read while opening.</summary>
    /// <param name="entries">The entries right behind the start.</param>
    /// <param name="openedAt">A store time at which no manifest had a floor above the start; null if unknown.</param>
    internal void Replay(IEnumerable<WalEntry> entries, DateTimeOffset? openedAt)
    {
        foreach (WalEntry entry in entries)
        {
            _state.Apply(entry);
        }

        if (openedAt is { } time)
        {
            _freshness.Observe(time);
            _freshness.Confirm(time.UtcTicks);
        }
    }

    /// <summary>Stops reading. Calls that are under way end by themselves, or fail.</summary>
    public ValueTask DisposeAsync() => _catchUp.DisposeAsync();
}
