using System.Collections.Concurrent;
using Tidepool.Cleanup;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Recovery;
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
    private long _caughtUpAt;

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
        Maintenance = new Maintenance(
            this, services, new NamespaceCollector(store, Keys, Manifests, services.Policy));
    }

    public NamespaceLog Log => _log!;

    internal IObjectStore Store { get; }

    /// <summary>The record that created the incarnation.</summary>
    internal IncarnationRecord Record { get; }

    internal NamespaceKeys Keys { get; }

    internal ManifestStore Manifests { get; }

    internal BatchLedgers Ledgers { get; }

    internal SegmentLoader Loader { get; }

    internal LiveState State => _state!;

    internal Maintenance Maintenance { get; }

    /// <summary>Tells what became of batches; there once the namespace has started.</summary>
    internal BatchResolver? Batches { get; private set; }

    internal bool IsDropped => Log.IsDropped;

    /// <summary>Gives it the state at its manifest's floor and the log that goes on from there.</summary>
    internal void Start(NamespaceOpening opening, SegmentSet segments)
    {
        _state = new LiveState(segments);
        _log = opening.CreateLog(this, Guid.NewGuid());
        Batches = new BatchResolver(_log, Manifests, Ledgers);
    }

    public Snapshot PinCurrent() => State.PinCurrent();

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

    public void Apply(WalEntry entry)
    {
        bool isOwn = false;
        foreach (BatchCounts counts in State.Apply(entry))
        {
            isOwn |= _expected.TryUpdate(
                counts.BatchId,
                new WriteResult(entry.Sequence, counts.Upserted, counts.Deleted),
                comparisonValue: null);
        }

        if (isOwn)
        {
            Maintenance.Flushing.OnWritten();
        }
        else
        {
            Maintenance.Following.OnFollowed(entry.SizeBytes);
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
                _services.Clock.GetElapsedTime(Volatile.Read(ref _caughtUpAt)) <= consistency.Staleness:
            case ReadConsistencyKind.AtLeast when State.Current.Head.Sequence >= consistency.Sequence:
                return ValueTask.CompletedTask;
            case ReadConsistencyKind.AtLeast:
                return ReachAsync(consistency.Sequence, cancellationToken);
            case ReadConsistencyKind.Bounded:
                return CatchUpNotingTimeAsync(cancellationToken);
            default:
                return Log.CatchUpAsync(cancellationToken);
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
                if (State.TryAdopt(newest))
                {
                    Log.TrimTail(newest.Manifest.Floor.Sequence);
                    _services.Cache?.KeepOnly(
                        Keys.NamespaceId, newest.Manifest.Segments.Select(segment => segment.Id).ToHashSet());
                }
                else
                {
                    newest.Release();
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

    public async ValueTask DisposeAsync()
    {
        await Maintenance.DisposeAsync().ConfigureAwait(false);
        if (_log is not null)
        {
            await _log.DisposeAsync().ConfigureAwait(false);
        }

        _state?.Close();
        Manifests.Dispose();
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
                return await Loader.OpenAllAsync(manifest, open, cancellationToken).ConfigureAwait(false);
            }
            catch (MissingObjectException missing)
            {
                await Manifests.RefreshAsync(cancellationToken).ConfigureAwait(false);
                if (Manifests.Current.Generation == manifest.Generation)
                {
                    throw new DataCorruptionException(missing.Message, missing) { ObjectKey = missing.ObjectKey };
                }
            }
        }
    }

    private async ValueTask CatchUpNotingTimeAsync(CancellationToken cancellationToken)
    {
        long started = _services.Clock.GetTimestamp();
        await Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _caughtUpAt, started);
    }

    private async ValueTask ReachAsync(long sequence, CancellationToken cancellationToken)
    {
        await Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        long head = State.Current.Head.Sequence;
        if (head < sequence)
        {
            throw new InvalidOperationException(
                $"The log of namespace '{_services.Name}' ends at {head}; a read asked for {sequence}, " +
                "which no write returned.");
        }
    }
}
