using Tidepool.Model;
using Tidepool.Querying;
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
    private readonly SemaphoreSlim _opening = new(1);
    private volatile OpenNamespace? _open;
    private volatile bool _isDisposed;

    internal NamespaceEngine(DatabaseEngine database, NamespaceServices services, QueryExecutor executor)
    {
        _database = database;
        _services = services;
        _commits = new GroupCommit(this, services.Options);
        _reads = new NamespaceReads(this, executor, services);
        Upkeep = new NamespaceUpkeep(this, database, services, _commits);
        _writes = new NamespaceWrites(
            _commits, () => _open?.State.Current.Schema ?? NamespaceSchema.Empty, services.Options);
    }

    internal string Name => _services.Name;

    internal NamespaceReads Reads => _reads;

    internal NamespaceWrites Writes => _writes;

    internal NamespaceUpkeep Upkeep { get; }

    /// <summary>The incarnation that is open; null when none is.</summary>
    internal OpenNamespace? Open => _open;

    public ValueTask<PinnedSnapshot> PinAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        OpenNamespace? open = _open;
        if (open is null || _isDisposed)
        {
            return PinSlowlyAsync(consistency, cancellationToken);
        }

        ValueTask fresh = open.FreshenAsync(consistency, cancellationToken);
        return fresh.IsCompletedSuccessfully && !open.IsDropped && open.State.TryPinCurrent() is { } snapshot
            ? new ValueTask<PinnedSnapshot>(new PinnedSnapshot(snapshot, BytesFetched: 0))
            : AwaitPinAsync(fresh, open, consistency, cancellationToken);
    }

    public async ValueTask<IWriteSession?> OpenForWriteAsync(
        NamespaceSchema? createWith, CancellationToken cancellationToken) =>
        await GetOpenAsync(createWith, cancellationToken).ConfigureAwait(false);

    /// <summary>The current incarnation, opened.</summary>
    /// <param name="createWith">The fields to create one with if there is none; null for not to create one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none and none was to be created.</returns>
    internal async ValueTask<OpenNamespace?> GetOpenAsync(
        NamespaceSchema? createWith, CancellationToken cancellationToken)
    {
        OpenNamespace? open = _open;
        if (open is not null && !open.IsDropped && !_isDisposed)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(TidepoolDatabase));
            if (_open is { IsDropped: false })
            {
                return _open;
            }

            if (_open is { } dropped)
            {
                LogMessages.NamespaceDropped(_services.Logger, Name, dropped.Log.Head.Sequence);
                _open = null;
                await _database.Registry.DropAsync(dropped.Record, cancellationToken).ConfigureAwait(false);
                await dropped.DisposeAsync().ConfigureAwait(false);
            }

            _open = await _database.OpenNamespaceAsync(_services, createWith, cancellationToken).ConfigureAwait(false);
            return _open;
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _commits.StopAsync().ConfigureAwait(false);
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            _isDisposed = true;
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

    private async ValueTask<PinnedSnapshot> AwaitPinAsync(
        ValueTask fresh, OpenNamespace open, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        await fresh.ConfigureAwait(false);
        return !open.IsDropped && open.State.TryPinCurrent() is { } snapshot
            ? new PinnedSnapshot(snapshot, BytesFetched: 0)
            : await PinSlowlyAsync(consistency, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<PinnedSnapshot> PinSlowlyAsync(
        ReadConsistency consistency, CancellationToken cancellationToken)
    {
        long fetchedBefore = _services.Cache?.GetStatistics().BytesFetched ?? 0;
        while (true)
        {
            OpenNamespace? open = _open;
            bool wasOpen = open is { IsDropped: false };
            open = await GetOpenAsync(createWith: null, cancellationToken).ConfigureAwait(false);
            if (open is null)
            {
                return default;
            }

            if (wasOpen)
            {
                await open.FreshenAsync(consistency, cancellationToken).ConfigureAwait(false);
            }

            if (!open.IsDropped && open.State.TryPinCurrent() is { } snapshot)
            {
                long fetched = (_services.Cache?.GetStatistics().BytesFetched ?? 0) - fetchedBefore;
                return new PinnedSnapshot(snapshot, fetched);
            }
        }
    }
}
