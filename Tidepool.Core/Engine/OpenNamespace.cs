using System.Collections.Concurrent;
using Tidepool.Cleanup;
using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Recovery;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;
using Tidepool.Wal;
using Tidepool.Writing;

namespace Tidepool.Engine;

/// <summary>One incarnation of a namespace, opened: its log, its manifests and the state built from them.</summary>
/// <remarks>Thread-safe. Owned by its <see cref="NamespaceEngine"/>.</remarks>
internal sealed class OpenNamespace : ILogListener, IWriteSession, IAsyncDisposable
{
    private readonly NamespaceServices _services;
    private readonly SemaphoreSlim _adopting = new(1);
    private readonly ConcurrentDictionary<Guid, WriteResult?> _expected = new();
    private LiveState? _state;
    private NamespaceLog? _log;
    private long _caughtUpAt; // When the last catching up that has ended began.

    internal OpenNamespace(
        NamespaceServices services, IObjectStore store, NamespaceOpening opening, SegmentLoader loader)
    {
        _services = services;
        Store = store;
        Record = opening.Record;
        Keys = opening.Keys;
        Manifests = opening.Manifests;
        Loader = loader;
        Ledgers = new BatchLedgers(store, Keys);
        Pins = new PinStore(store, Keys, services.Policy);
        Maintenance = new Maintenance(
            this,
            services,
            new NamespaceCollector(store, Keys, Manifests, Pins, services.Branches, services.Policy));
    }

    public NamespaceLog Log => _log!;

    internal IObjectStore Store { get; }

    /// <summary>The record that created the incarnation.</summary>
    internal IncarnationRecord Record { get; }

    internal NamespaceKeys Keys { get; }

    internal ManifestStore Manifests { get; }

    internal BatchLedgers Ledgers { get; }

    internal PinStore Pins { get; }

    internal SegmentLoader Loader { get; }

    internal LiveState State => _state!;

    internal Maintenance Maintenance { get; }

    /// <summary>Jobs that callers asked for and wait for.</summary>
    internal CallerWork Callers { get; } = new();

    /// <summary>Tells what became of batches; there once the namespace has started.</summary>
    internal BatchResolver? Batches { get; private set; }

    internal bool IsDropped => Log.IsDropped;

    /// <summary>Whether nothing can be read from it or written to it any more: it was dropped or closed, or its state
    /// was lost. The namespace must be opened anew.</summary>
    public bool IsOver => Log.IsDropped || State.IsUnusable;

    /// <summary>Gives it the state at its manifest's floor and the log that goes on from there.</summary>
    /// <param name="opening">What was found.</param>
    /// <param name="segments">The segments of its manifest; they belong to the state from now on.</param>
    /// <param name="openedAt">The clock's timestamp when opening began.</param>
    internal void Start(NamespaceOpening opening, SegmentSet segments, long openedAt)
    {
        _state = new LiveState(segments);
        _log = opening.CreateLog(this, Keys.NewId());
        _caughtUpAt = openedAt;
        Batches = new BatchResolver(_log, Manifests, Ledgers);
    }

    public Snapshot PinCurrent() => State.PinCurrent();

    // By this process's clock, which may have stood still: the append proves what it needs by the store's.
    public ValueTask CatchUpIfStaleAsync(CancellationToken cancellationToken) =>
        _services.Clock.GetElapsedTime(Volatile.Read(ref _caughtUpAt)) < _services.Policy.TrustedFor / 2
            ? default
            : CatchUpAsync(cancellationToken);

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) =>
        Maintenance.Flushing.WaitForRoomAsync(cancellationToken);

    public ValueTask<long?> FindBatchAsync(Guid batchId, CancellationToken cancellationToken) =>
        Batches!.FindKnownAsync(batchId, cancellationToken);

    public void Expect(IReadOnlyList<WalBatch> batches)
    {
        foreach (WalBatch batch in batches)
        {
            _expected[batch.Id] = null;
        }
    }

    public WriteResult? TakeResult(Guid batchId) =>
        _expected.TryRemove(batchId, out WriteResult? result) ? result : null;

    public async ValueTask<bool> PrepareAsync(CancellationToken cancellationToken)
    {
        if (State.Current.Segments.IsComplete || State.TryPinCurrent() is not { } snapshot)
        {
            return true;
        }

        try
        {
            await snapshot.Segments.FetchKeysAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MissingObjectException)
        {
            return false;
        }
        finally
        {
            snapshot.Unpin();
        }
    }

    public void Apply(WalEntry entry)
    {
        bool isOwn = false;
        foreach (BatchCounts counts in ApplyToState(entry))
        {
            isOwn |= _expected.TryUpdate(
                counts.BatchId,
                new WriteResult(entry.Sequence, counts.Upserted, counts.Deleted),
                comparisonValue: null);
        }

        if (_log is null)
        {
            return; // It is being opened.
        }

        if (isOwn)
        {
            Maintenance.Flushing.OnWritten();
        }

        if (!isOwn || !_services.RunsInBackground)
        {
            Maintenance.Following.OnFollowed(entry.SizeBytes); // If anybody flushes it, it is another process.
        }
    }

    public async ValueTask<LogPosition> ResetAsync(CancellationToken cancellationToken)
    {
        LogMessages.NamespaceReopened(_services.Logger, _services.Name, State.Current.Head.Sequence);
        SegmentSet segments = await OpenNewestAsync(open: null, cancellationToken).ConfigureAwait(false);
        State.Reset(segments);
        return segments.Manifest.Floor;
    }

    /// <summary>Makes the state as fresh as a read asks for. Where the store answers at once, so does this.</summary>
    internal ValueTask FreshenAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        switch (consistency.Kind)
        {
            case ReadConsistencyKind.Eventual:
            case ReadConsistencyKind.Bounded when
                _services.Clock.GetElapsedTime(Volatile.Read(ref _caughtUpAt)) < consistency.Staleness:
            case ReadConsistencyKind.AtLeast when State.Current.Head.Sequence >= consistency.Sequence:
                return ValueTask.CompletedTask;
            case ReadConsistencyKind.AtLeast:
                return ReachAsync(consistency.Sequence, cancellationToken);
            default:
                return CatchUpAsync(cancellationToken);
        }
    }

    /// <summary>Fetches all of the segments that is not there yet; those that come later always are.</summary>
    internal async ValueTask CompleteSegmentsAsync(CancellationToken cancellationToken)
    {
        MissingObjectException? missingBefore = null;
        while (!State.Current.Segments.IsComplete && State.TryPinCurrent() is { } snapshot)
        {
            try
            {
                await snapshot.Segments.CompleteAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MissingObjectException missing)
            {
                if (missing.ObjectKey == missingBefore?.ObjectKey)
                {
                    throw await ToLossAsync(missing, cancellationToken).ConfigureAwait(false);
                }

                missingBefore = missing; // A newer manifest may do without it; if not, it is lost.
            }
            finally
            {
                snapshot.Unpin();
            }

            await RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The state as a strong read sees it, to make a pin of.</summary>
    internal async ValueTask<PinnedState> ReadPinnedStateAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            DateTimeOffset? seenAt = Log.StoreTime;
            await Manifests.RefreshAsync(cancellationToken).ConfigureAwait(false);
            if (IsOver)
            {
                throw new InvalidOperationException("The namespace was dropped while its state was read.");
            }

            Manifest newest = Manifests.Current;
            Snapshot current = State.Current;
            if (newest.Floor.Sequence <= current.Head.Sequence)
            {
                return new PinnedState(newest, current.Head, current.Rows, seenAt);
            }
        }
    }

    /// <summary>Looks for manifests that others committed, and goes on from the newest.</summary>
    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await Manifests.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await AdoptNewestAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Goes on from a manifest that is newer than the state's, if it is.</summary>
    internal async Task AdoptNewestAsync(CancellationToken cancellationToken)
    {
        await _adopting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Snapshot snapshot = State.PinCurrent();
            try
            {
                if (Manifests.Current.Generation <= snapshot.Segments.Manifest.Generation)
                {
                    return;
                }

                if (Manifests.Current.Floor.Sequence > snapshot.Head.Sequence)
                {
                    await Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
                }

                SegmentSet newest = await OpenNewestAsync(snapshot.Segments, cancellationToken).ConfigureAwait(false);
                if (TryAdopt(newest))
                {
                    Log.TrimTail(newest.Manifest.Floor.Sequence);
                    _services.Cache?.KeepOnly(
                        Keys.NamespaceId, newest.Manifest.Segments.Select(segment => segment.Id).ToHashSet());
                }
            }
            finally
            {
                snapshot.Unpin();
            }
        }
        finally
        {
            _adopting.Release();
        }
    }

    /// <summary>Ends its jobs, and lets go of its segments; reads under way keep theirs until they end.</summary>
    public async ValueTask DisposeAsync()
    {
        await Callers.DisposeAsync().ConfigureAwait(false);
        await Maintenance.DisposeAsync().ConfigureAwait(false);
        _state?.Close(); // First, so that a read that is turned away by the log knows why.
        if (_log is not null)
        {
            await _log.DisposeAsync().ConfigureAwait(false);
        }

        Manifests.Dispose();
        Pins.Dispose();
        _adopting.Dispose();
    }

    /// <summary>Opens the segments of the newest manifest that can be had.</summary>
    /// <remarks>An object that is gone was given up by a newer manifest; if there is none, it is lost.</remarks>
    private async Task<SegmentSet> OpenNewestAsync(SegmentSet? open, CancellationToken cancellationToken)
    {
        if (open is null)
        {
            await Manifests.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        while (true)
        {
            Manifest manifest = Manifests.Current;
            try
            {
                return await Loader.OpenAllAsync(manifest, open, mayBePartial: false, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (MissingObjectException missing)
            {
                await Manifests.RefreshAsync(cancellationToken).ConfigureAwait(false);
                if (Manifests.Current.Generation == manifest.Generation)
                {
                    throw await ToLossAsync(missing, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>What is said of an object that the newest manifest refers to and that is not there: it is lost, unless
    /// the namespace was dropped, which whoever catches this is told by <see cref="IsOver"/>.</summary>
    private async ValueTask<Exception> ToLossAsync(MissingObjectException missing, CancellationToken cancellationToken)
    {
        await Log.CheckDroppedAsync(cancellationToken).ConfigureAwait(false);
        return FaultTranslation.Translate(missing);
    }

    private BatchCounts[] ApplyToState(WalEntry entry)
    {
        try
        {
            return State.Apply(entry);
        }
        catch (SegmentFormatException fault)
        {
            throw FaultTranslation.Translate(fault);
        }
    }

    /// <summary>Gives segments to the state, or lets go of them.</summary>
    private bool TryAdopt(SegmentSet newest)
    {
        bool isAdopted = false;
        try
        {
            isAdopted = State.TryAdopt(newest);
            return isAdopted;
        }
        catch (SegmentFormatException fault)
        {
            throw FaultTranslation.Translate(fault);
        }
        finally
        {
            if (!isAdopted)
            {
                newest.Release();
            }
        }
    }

    private ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        long began = _services.Clock.GetTimestamp();
        ValueTask caughtUp = Log.CatchUpAsync(cancellationToken);
        if (!caughtUp.IsCompletedSuccessfully)
        {
            return AwaitCatchUpAsync(caughtUp, began);
        }

        Volatile.Write(ref _caughtUpAt, began);
        return ValueTask.CompletedTask;
    }

    private async ValueTask AwaitCatchUpAsync(ValueTask caughtUp, long began)
    {
        await caughtUp.ConfigureAwait(false);
        Volatile.Write(ref _caughtUpAt, began);
    }

    private async ValueTask ReachAsync(long sequence, CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        long head = State.Current.Head.Sequence;
        if (head < sequence && !IsDropped)
        {
            throw new InvalidOperationException(
                $"The log of namespace '{_services.Name}' ends at {head}; a read asked for {sequence}, " +
                "which no write returned.");
        }
    }
}
