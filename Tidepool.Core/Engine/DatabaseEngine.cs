using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Tidepool.Cleanup;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Querying;
using Tidepool.Recovery;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;
using Tidepool.Storage.Retrying;

namespace Tidepool.Engine;

/// <summary>A database: its store with what is wrapped around it, and what its namespaces share.</summary>
internal sealed class DatabaseEngine : IAsyncDisposable
{
    /// <summary>The longest that a request to a remote store takes before it counts as failed.</summary>
    private static readonly TimeSpan s_requestTimeout = TimeSpan.FromMinutes(1);

    private readonly TidepoolOptions _options;
    private readonly IObjectStore _store;
    private readonly DatabaseKeys _keys;
    private readonly GracePolicy _policy;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SegmentDiskCache? _cache;
    private readonly NamespaceRegistry _registry;
    private readonly SegmentOpener _opener;
    private readonly IncarnationOpener _incarnations;
    private readonly BranchPins _branches;
    private readonly DatabaseCollector _collector;
    private readonly CollectionSchedule _collecting;
    private readonly SemaphoreSlim _flushTurns;
    private readonly SemaphoreSlim _compactionTurns; // Apart, so that no flush waits for a long merge.
    private readonly QueryExecutor _executor;
    private readonly ConcurrentDictionary<string, NamespaceEngine> _namespaces = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1);
    private volatile bool _isOpen;
    private Task? _disposing;
    private volatile bool _isDisposed;

    /// <param name="store">Where everything is kept.</param>
    /// <param name="options">The settings; the engine's own copy.</param>
    /// <param name="isPrivate">Whether nobody else can reach the store.</param>
    internal DatabaseEngine(IObjectStore store, TidepoolOptions options, bool isPrivate)
    {
        _options = options;
        _keys = new DatabaseKeys(root: "", options.Ids);
        _metrics = new EngineMetrics(options.Name, options.MeterFactory);
        _logger = options.LoggerFactory.CreateLogger("Tidepool");
        _store = new InstrumentedObjectStore(MakeReliable(store, options), _metrics);
        _policy = MakePolicy(store.Sharing, options, isPrivate);
        _cache = MakeCache(store, options);
        if (_cache is not null)
        {
            _metrics.ObserveCache(_cache.GetStatistics);
        }

        _executor = new QueryExecutor(
            new WorkerBudget(Environment.ProcessorCount), new FilterCache(options.Cache.FilterBytes));
        _registry = new NamespaceRegistry(_store, _keys, options.ReadOnly);
        _branches = new BranchPins(_store, _keys, _registry, _policy);
        _collector = new DatabaseCollector(_store, _keys, _registry, _policy);
        _collecting = new CollectionSchedule(
            "collection of dropped namespaces",
            options.Name,
            _policy.Window,
            _policy.Window,
            CollectDroppedAsync,
            options.TimeProvider,
            _logger);
        _opener = new SegmentOpener(_store, _cache);
        _incarnations = new IncarnationOpener(
            _store,
            new NamespaceOpener(_store, _keys, _policy, _registry),
            _registry,
            _opener,
            _logger);
        _flushTurns = new SemaphoreSlim(options.Compaction.MaxConcurrency);
        _compactionTurns = new SemaphoreSlim(options.Compaction.MaxConcurrency);
    }

    /// <summary>The database's own copy of its settings.</summary>
    internal TidepoolOptions Options => _options;

    /// <summary>How long deleted state lingers.</summary>
    internal GracePolicy Policy => _policy;

    /// <summary>A store whose failed requests are repeated, if they may fail on their way.</summary>
    internal static IObjectStore MakeReliable(IObjectStore store, TidepoolOptions options) =>
        store.Sharing == ObjectStoreSharing.Network
            ? new RetryingObjectStore(store, RetryPolicy.Default, options.TimeProvider, options.Ids.NewRetrySeed())
            : store;

    /// <summary>A disk cache for segments of a store; null where they can be read in place.</summary>
    internal static SegmentDiskCache? MakeCache(IObjectStore store, TidepoolOptions options) =>
        store.Sharing == ObjectStoreSharing.Network
            ? new SegmentDiskCache(
                options.Cache.DiskDirectory ?? Path.Combine(Path.GetTempPath(), "tidepool-cache"),
                options.Cache.DiskBytes,
                options.Cache.PartialFromBytes,
                options.TimeProvider)
            : null;

    internal NamespaceEngine GetNamespace(string name)
    {
        NamespaceNames.Validate(name);
        if (_namespaces.TryGetValue(name, out NamespaceEngine? known))
        {
            return known;
        }

        lock (_namespaces)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(TidepoolDatabase)); // Closing has its list by then.
            return _namespaces.GetOrAdd(name, static (key, database) => database.MakeNamespace(key), this);
        }
    }

    /// <summary>Makes sure that there is a database, once.</summary>
    internal async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (_isOpen)
        {
            return;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isOpen && !_options.ReadOnly)
            {
                await DatabaseRoot.OpenAsync(_store, _keys, cancellationToken).ConfigureAwait(false);
            }
            else if (!_isOpen &&
                await DatabaseRoot.FindAsync(_store, _keys, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new TidepoolException(
                    "There is no database in this store, and ReadOnly = true forbids to create one.");
            }

            _isOpen = true;
        }
        finally
        {
            _opening.Release();
        }
    }

    internal async IAsyncEnumerable<string> ListNamespacesAsync(
        string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(TidepoolDatabase));
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await foreach (string name in _registry.ListAsync(prefix ?? "", cancellationToken).ConfigureAwait(false))
        {
            yield return name;
        }
    }

    /// <summary>Opens the current incarnation of a namespace.</summary>
    /// <param name="services">The namespace.</param>
    /// <param name="createWith">The fields to create it with if there is none; null for not to create it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none and none was to be created.</returns>
    internal async ValueTask<OpenNamespace?> OpenNamespaceAsync(
        NamespaceServices services, NamespaceSchema? createWith, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await _incarnations.OpenAsync(services, createWith, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies a namespace under a name that no namespace has.</summary>
    internal async Task CopyNamespaceAsync(string source, string destination, CancellationToken cancellationToken)
    {
        NamespaceNames.Validate(destination);
        NamespaceEngine from = GetNamespace(source);
        await OpenForChangeAsync(cancellationToken).ConfigureAwait(false);
        await new BranchWork(_store, _keys, _registry, _policy).RunAsync(from, destination, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Brings back a namespace that was dropped a short time ago.</summary>
    internal async Task UndeleteNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        NamespaceNames.Validate(name);
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(TidepoolDatabase));
        await OpenForChangeAsync(cancellationToken).ConfigureAwait(false);
        var work = new UndeleteWork(_store, _keys, _registry, _opener, _policy);
        await FaultTranslation.AwaitAsync(work.RunAsync(name, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Records that an incarnation, whose log says so, was dropped, and sees to its data.</summary>
    internal async ValueTask RecordDropAsync(IncarnationRecord created, CancellationToken cancellationToken)
    {
        await _registry.DropAsync(created, cancellationToken).ConfigureAwait(false);
        if (_options.Compaction.Enabled && !_options.ReadOnly)
        {
            _collecting.OnGarbage();
        }
    }

    /// <summary>Deletes what namespaces left behind that were dropped longer ago than the grace window.</summary>
    /// <returns>False: that makes nothing else unneeded.</returns>
    internal async Task<bool> CollectDroppedAsync(CancellationToken cancellationToken)
    {
        await _collector.RunAsync(cancellationToken).ConfigureAwait(false);
        return false;
    }

    internal async Task<DatabaseHealth> CheckHealthAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(TidepoolDatabase));
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        string problem = "";
        try
        {
            await OpenAsync(cancellationToken).ConfigureAwait(false);
            long asked = _options.TimeProvider.GetTimestamp();
            Guid? database = await DatabaseRoot.FindAsync(_store, _keys, cancellationToken).ConfigureAwait(false);
            data["store.latency.ms"] = _options.TimeProvider.GetElapsedTime(asked).TotalMilliseconds;
            problem = database is not null ? "" : "The database is gone from its store.";
        }
        catch (TidepoolException exception)
        {
            problem = $"The store does not answer: {exception.Message}";
        }

        data["store.reachable"] = problem.Length == 0;
        foreach ((string name, NamespaceEngine engine) in _namespaces)
        {
            if (engine.Open is not { } open)
            {
                continue;
            }

            data[$"{name}.unindexed.bytes"] = open.State.UnindexedBytes;
            data[$"{name}.segments"] = open.Manifests.Current.Segments.Length;
            int damagedIndexes = open.State.Current.Segments.CountDamagedIndexes();
            data[$"{name}.damaged.indexes"] = damagedIndexes;
            if (damagedIndexes > 0)
            {
                problem = $"Damaged indexes of namespace '{name}': {damagedIndexes}. Their segments are scanned "
                    + "until a compaction has built them anew.";
            }

            if (open.Maintenance.LastFailure is { } failure)
            {
                problem = $"Background work on namespace '{name}' fails: {failure.Message}";
            }
        }

        return new DatabaseHealth(
            problem.Length == 0,
            problem.Length == 0 ? "The store answers and background work keeps up." : problem,
            data);
    }

    public async ValueTask DisposeAsync()
    {
        Task disposing;
        lock (_namespaces)
        {
            _isDisposed = true;
            disposing = _disposing ??= Task.Run(CloseAsync);
        }

        await disposing.ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        try
        {
            await _collecting.DisposeAsync().ConfigureAwait(false);

            // Side by side: each may have to wait for a request.
            await Task.WhenAll(_namespaces.Values.Select(engine => engine.DisposeAsync().AsTask()))
                .ConfigureAwait(false);
        }
        finally
        {
            if (_cache is not null)
            {
                await _cache.DisposeAsync().ConfigureAwait(false);
            }

            _metrics.Dispose();
        }
    }

    private static GracePolicy MakePolicy(ObjectStoreSharing sharing, TidepoolOptions options, bool isPrivate)
    {
        if (isPrivate)
        {
            return GracePolicy.Exclusive with { HistoryRetention = options.HistoryRetention };
        }

        GracePolicy policy = GracePolicy.For(sharing, s_requestTimeout);
        return policy with
        {
            HistoryRetention = options.HistoryRetention,
            Window = options.GraceWindow ?? policy.Window,
            OrphanAge = options.OrphanAge ?? policy.OrphanAge,
        };
    }

    private ValueTask OpenForChangeAsync(CancellationToken cancellationToken) => !_options.ReadOnly
        ? OpenAsync(cancellationToken)
        : throw new InvalidOperationException(
            "The database was opened with ReadOnly = true; open it without to change anything.");

    private NamespaceEngine MakeNamespace(string name) => new(
        this,
        new NamespaceServices(
            name, _options, _policy, _metrics, _logger, _cache, _branches, _flushTurns, _compactionTurns),
        _executor);
}
