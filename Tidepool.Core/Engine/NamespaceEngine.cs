using Tidepool.Model;
using Tidepool.Querying;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Writing;

namespace Tidepool.Engine;

/// <summary>A namespace by name: opens its current incarnation when it is needed, and the next one after a
/// drop.</summary>
/// <remarks>Thread-safe. One per name and database, for the database's life.</remarks>
internal sealed class NamespaceEngine : IWriteTarget, ISnapshotSource, IAsyncDisposable
{
    private readonly DatabaseEngine _database;
    private readonly NamespaceServices _services;
    private readonly GroupCommit _commits;
    private readonly NamespaceReads _reads;
    private readonly NamespaceWrites _writes;
    private readonly QueryExecutor _executor;
    private readonly PastStates _past;
    private readonly HashSet<HeldSnapshot> _held = [];
    private readonly SemaphoreSlim _opening = new(1);
    private volatile OpenNamespace? _open;
    private volatile bool _isDisposed;

    internal NamespaceEngine(DatabaseEngine database, NamespaceServices services, QueryExecutor executor)
    {
        _database = database;
        _services = services;
        _executor = executor;
        _commits = new GroupCommit(this, services.Options);
        _reads = new NamespaceReads(this, executor, services);
        _past = new PastStates(services.Name);
        Tags = new NamespaceTags(this, services);
        Upkeep = new NamespaceUpkeep(this, database, services, _commits);
        _writes = new NamespaceWrites(
            _commits, () => _open?.State.Current.Schema ?? NamespaceSchema.Empty, services);
    }

    internal string Name => _services.Name;

    internal NamespaceReads Reads => _reads;

    internal NamespaceWrites Writes => _writes;

    internal NamespaceTags Tags { get; }

    internal NamespaceUpkeep Upkeep { get; }

    /// <summary>The incarnation that is open; null when none is.</summary>
    internal OpenNamespace? Open => _open;

    public ValueTask<PinnedSnapshot> PinAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        if (consistency.IsPast)
        {
            return PinPastAsync(consistency, cancellationToken);
        }

        OpenNamespace? open = _open;
        if (open is null || _isDisposed)
        {
            return PinSlowlyAsync(consistency, cancellationToken);
        }

        ValueTask fresh = open.FreshenAsync(consistency, cancellationToken);
        return fresh.IsCompletedSuccessfully && !open.IsOver && open.State.TryPinCurrent() is { } snapshot
            ? new ValueTask<PinnedSnapshot>(new PinnedSnapshot(snapshot, BytesFetched: 0))
            : AwaitPinAsync(fresh, open, consistency, cancellationToken);
    }

    public async ValueTask<PinnedSnapshot> PinWholeAsync(
        ReadConsistency consistency, CancellationToken cancellationToken)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            PinnedSnapshot pin = await PinAsync(consistency, cancellationToken).ConfigureAwait(false);
            bool isWhole = false;
            try
            {
                await (pin.Snapshot?.Segments.CompleteAsync(cancellationToken) ?? Task.CompletedTask)
                    .ConfigureAwait(false);
                isWhole = true;
                return pin;
            }
            catch (MissingObjectException missing)
            {
                if (isRetry)
                {
                    throw FaultTranslation.Translate(missing);
                }
            }
            finally
            {
                if (!isWhole)
                {
                    pin.Dispose();
                }
            }

            if (_open is { IsOver: false } open)
            {
                await open.RefreshAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void OnDamagedIndex(SegmentSet segments) => _open?.Maintenance.Compacting.OnDamagedIndex(segments);

    public async ValueTask<IWriteSession?> OpenForWriteAsync(
        NamespaceSchema? createWith, CancellationToken cancellationToken)
    {
        OpenNamespace? open = await GetOpenAsync(createWith, cancellationToken).ConfigureAwait(false);
        if (open is not null)
        {
            // What was acknowledged is applied without fetching anything, which could fail.
            await open.CompleteSegmentsAsync(cancellationToken).ConfigureAwait(false);
        }

        return open;
    }

    /// <summary>The current incarnation, opened.</summary>
    /// <param name="createWith">The fields to create one with if there is none; null for not to create one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none and none was to be created.</returns>
    internal async ValueTask<OpenNamespace?> GetOpenAsync(
        NamespaceSchema? createWith, CancellationToken cancellationToken)
    {
        (OpenNamespace? open, _) = await OpenAsync(createWith, cancellationToken).ConfigureAwait(false);
        return open;
    }

    /// <summary>Holds the state as a read sees it.</summary>
    internal async Task<HeldSnapshot> HoldAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        PinnedSnapshot pin = await PinWholeAsync(consistency, cancellationToken).ConfigureAwait(false);
        var held = new HeldSnapshot(pin.Snapshot, this, _executor, _services, LetGo);
        lock (_held)
        {
            if (!_isDisposed)
            {
                _held.Add(held);
                return held;
            }
        }

        pin.Dispose();
        throw new ObjectDisposedException(nameof(TidepoolDatabase));
    }

    /// <summary>Does something with the current incarnation, and once more with the next one when it is dropped, or has
    /// to be opened anew, meanwhile.</summary>
    /// <param name="createWith">As in <see cref="GetOpenAsync"/>.</param>
    /// <param name="missing">The answer when there is none.</param>
    /// <param name="use">What to do with it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<TResult> UseAsync<TResult>(
        NamespaceSchema? createWith,
        TResult missing,
        Func<OpenNamespace, Task<TResult>> use,
        CancellationToken cancellationToken)
    {
        while (await GetOpenAsync(createWith, cancellationToken).ConfigureAwait(false) is { } open)
        {
            try
            {
                TResult result = await use(open).ConfigureAwait(false);
                if (!open.IsDropped)
                {
                    return result;
                }
            }
            catch (Exception) when (open.IsOver && !cancellationToken.IsCancellationRequested)
            {
                // What failed may have failed for that reason; the next one tells.
            }
            catch (Exception fault) when (FaultTranslation.IsInner(fault))
            {
                if (fault is MissingObjectException)
                {
                    await open.Log.CheckDroppedAsync(cancellationToken).ConfigureAwait(false);
                }

                if (!open.IsDropped)
                {
                    throw FaultTranslation.Translate(fault);
                }
            }
        }

        return missing;
    }

    public async ValueTask DisposeAsync()
    {
        await _commits.DisposeAsync().ConfigureAwait(false);
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            HeldSnapshot[] held;
            lock (_held)
            {
                _isDisposed = true;
                held = [.. _held];
            }

            foreach (HeldSnapshot snapshot in held)
            {
                snapshot.Dispose();
            }

            _past.Dispose();
            if (_open is { } open)
            {
                await open.DisposeAsync().ConfigureAwait(false);
                _open = null;
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    private void LetGo(HeldSnapshot held)
    {
        lock (_held)
        {
            _held.Remove(held);
        }
    }

    /// <summary>The current incarnation, and whether it was read from the store after the call began.</summary>
    private async ValueTask<(OpenNamespace? Open, bool IsNew)> OpenAsync(
        NamespaceSchema? createWith, CancellationToken cancellationToken)
    {
        OpenNamespace? open = _open;
        if (open is { IsOver: false } && !_isDisposed)
        {
            return (open, IsNew: false);
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(TidepoolDatabase));
            if (_open is { IsOver: false } other)
            {
                return (other, IsNew: false);
            }

            if (_open is { } over)
            {
                _open = null;
                await EndAsync(over, cancellationToken).ConfigureAwait(false);
            }

            _open = await _database.OpenNamespaceAsync(_services, createWith, cancellationToken).ConfigureAwait(false);
            return (_open, IsNew: true);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async ValueTask EndAsync(OpenNamespace over, CancellationToken cancellationToken)
    {
        try
        {
            if (over.IsDropped)
            {
                LogMessages.NamespaceDropped(_services.Logger, Name, over.Log.Head.Sequence);
                await _database.RecordDropAsync(over.Record, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await over.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<PinnedSnapshot> PinPastAsync(
        ReadConsistency consistency, CancellationToken cancellationToken)
    {
        while (await GetOpenAsync(createWith: null, cancellationToken).ConfigureAwait(false) is { } open)
        {
            try
            {
                // First: it may have been dropped, and sequences mean something else in the next one.
                await open.FreshenAsync(ReadConsistency.Strong, cancellationToken).ConfigureAwait(false);
                if (consistency.Kind == ReadConsistencyKind.AsOfSequence)
                {
                    await open.FreshenAsync(ReadConsistency.AtLeast(consistency.Sequence), cancellationToken)
                        .ConfigureAwait(false);
                }

                if (!open.IsOver)
                {
                    return await _past.PinAsync(open, consistency, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception) when (open.IsOver && !cancellationToken.IsCancellationRequested)
            {
                // What failed may have failed for that reason; the next one tells.
            }
        }

        return consistency == ReadConsistency.AsOf(0)
            ? default
            : throw new SnapshotExpiredException(
                $"There is no namespace '{Name}', so that its state {consistency} is not kept.")
            {
                Namespace = Name,
            };
    }

    private async ValueTask<PinnedSnapshot> AwaitPinAsync(
        ValueTask fresh, OpenNamespace open, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        try
        {
            await fresh.ConfigureAwait(false);
        }
        catch (Exception) when (open.IsOver && !cancellationToken.IsCancellationRequested)
        {
            // What failed may have failed for that reason; the next one tells.
        }

        return !open.IsOver && open.State.TryPinCurrent() is { } snapshot
            ? new PinnedSnapshot(snapshot, BytesFetched: 0)
            : await PinSlowlyAsync(consistency, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<PinnedSnapshot> PinSlowlyAsync(
        ReadConsistency consistency, CancellationToken cancellationToken)
    {
        long fetchedBefore = _services.Cache?.GetStatistics().BytesFetched ?? 0;
        while (true)
        {
            (OpenNamespace? open, bool isNew) = await OpenAsync(createWith: null, cancellationToken)
                .ConfigureAwait(false);
            if (open is null)
            {
                return default;
            }

            try
            {
                // One that another caller has opened may have been read before this call began.
                if (!isNew || consistency.Kind == ReadConsistencyKind.AtLeast)
                {
                    await open.FreshenAsync(consistency, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception) when (open.IsOver && !cancellationToken.IsCancellationRequested)
            {
                continue;
            }

            if (!open.IsOver && open.State.TryPinCurrent() is { } snapshot)
            {
                long fetched = (_services.Cache?.GetStatistics().BytesFetched ?? 0) - fetchedBefore;
                return new PinnedSnapshot(snapshot, fetched);
            }
        }
    }
}
