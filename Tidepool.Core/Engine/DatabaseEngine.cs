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
    private readonly DatabaseKeys _keys = new(root: "");
    private readonly GracePolicy _policy;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SegmentDiskCache? _cache;
    private readonly SegmentOpener _segments;
    private readonly NamespaceOpener _opener;
    private readonly SemaphoreSlim _flushTurns;
    private readonly SemaphoreSlim _compactionTurns; // Apart, so that no flush waits for a long merge.
    private readonly QueryExecutor _executor = new(new WorkerBudget(Environment.ProcessorCount));
    private readonly ConcurrentDictionary<string, NamespaceEngine> _namespaces = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1);
    private volatile bool _isOpen;
    private volatile bool _isDisposed;

    /// <param name="store">Where everything is kept.</param>
    /// <param name="options">The settings; the engine's own copy.</param>
    /// <param name="isPrivate">Whether nobody else can reach the store.</param>
    internal DatabaseEngine(IObjectStore store, TidepoolOptions options, bool isPrivate)
    {
        _options = options;
        _metrics = new EngineMetrics(options.Name, options.MeterFactory);
        _logger = options.LoggerFactory.CreateLogger("Tidepool");
        IObjectStore reliable = store.Sharing == ObjectStoreSharing.Network
            ? new RetryingObjectStore(store, RetryPolicy.Default, options.TimeProvider)
            : store;
        _store = new InstrumentedObjectStore(reliable, _metrics);
        _policy = MakePolicy(store.Sharing, options, isPrivate);
        _cache = store.Sharing == ObjectStoreSharing.Network
            ? new SegmentDiskCache(
                options.Cache.DiskDirectory ?? Path.Combine(Path.GetTempPath(), "tidepool-cache"),
                options.Cache.DiskBytes,
                options.TimeProvider)
            : null;
        _segments = new SegmentOpener(_store, _cache);
        Registry = new NamespaceRegistry(_store, _keys);
        Collector = new DatabaseCollector(_store, _keys, Registry, _policy);
        _opener = new NamespaceOpener(_store, _keys, _policy, Registry);
        _flushTurns = new SemaphoreSlim(options.Compaction.MaxConcurrency);
        _compactionTurns = new SemaphoreSlim(options.Compaction.MaxConcurrency);
    }

    internal NamespaceRegistry Registry { get; }

    /// <summary>Deletes what dropped namespaces leave behind.</summary>
    internal DatabaseCollector Collector { get; }

    internal NamespaceEngine GetNamespace(string name)
    {
        NamespaceNames.Validate(name);
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(TidepoolDatabase));
        return _namespaces.GetOrAdd(name, static (key, database) => database.MakeNamespace(key), this);
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
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(TidepoolDatabase));
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
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await foreach (string name in Registry.ListAsync(prefix ?? "", cancellationToken).ConfigureAwait(false))
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
        while (true)
        {
            if (await TryOpenAsync(services, cancellationToken).ConfigureAwait(false) is { } open)
            {
                return open;
            }

            if (createWith is null)
            {
                return null;
            }

            IncarnationRecord? newest = await Registry.FindAsync(services.Name, cancellationToken)
                .ConfigureAwait(false);
            await Registry.CreateAsync(services.Name, createWith, newest, cancellationToken).ConfigureAwait(false);
            LogMessages.NamespaceCreated(_logger, services.Name);
        }
    }

    internal async Task<DatabaseHealth> CheckHealthAsync(CancellationToken cancellationToken)
    {
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
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            foreach (NamespaceEngine engine in _namespaces.Values)
            {
                await engine.DisposeAsync().ConfigureAwait(false);
            }

            if (_cache is not null)
            {
                await _cache.DisposeAsync().ConfigureAwait(false);
            }

            _metrics.Dispose();
        }
        finally
        {
            _opening.Release();
        }
    }

    private static GracePolicy MakePolicy(ObjectStoreSharing sharing, TidepoolOptions options, bool isPrivate)
    {
        if (isPrivate)
        {
            return GracePolicy.Exclusive;
        }

        GracePolicy policy = GracePolicy.For(sharing, s_requestTimeout);
        return options.GraceWindow is { } window ? policy with { Window = window } : policy;
    }

    private NamespaceEngine MakeNamespace(string name) => new(
        this,
        new NamespaceServices(name, _options, _policy, _metrics, _logger, _cache, _flushTurns, _compactionTurns),
        _executor);

    private async ValueTask<OpenNamespace?> TryOpenAsync(
        NamespaceServices services, CancellationToken cancellationToken)
    {
        (Manifest Manifest, SegmentLoader Loader, Task<SegmentSet> Segments)? start = null;
        NamespaceOpening? opening = null;
        try
        {
            opening = await _opener.OpenAsync(services.Name, FetchSegments, cancellationToken).ConfigureAwait(false);
            if (opening is null)
            {
                return null;
            }

            var open = new OpenNamespace(services, _store, opening, start!.Value.Loader);
            SegmentSet segments = ReferenceEquals(start.Value.Manifest, opening.Start)
                ? await start.Value.Segments.ConfigureAwait(false)
                : await start.Value.Loader.OpenAllAsync(opening.Start, open: null, cancellationToken)
                    .ConfigureAwait(false);
            start = null;
            open.Start(opening, segments);
            if (opening.Tail.Count >= NamespaceOpener.GuessedSlots)
            {
                await open.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            }

            LogMessages.NamespaceOpened(
                _logger,
                services.Name,
                open.Log.Head.Sequence,
                segments.Handles.Length,
                open.Log.Head.Sequence - segments.Manifest.Floor.Sequence);
            return open;
        }
        finally
        {
            opening?.Dispose();
            Abandon();
        }

        void FetchSegments(NamespaceKeys keys, Manifest manifest)
        {
            Abandon();
            var loader = new SegmentLoader(_store, keys, _segments);
            start = (manifest, loader, loader.OpenAllAsync(manifest, open: null, cancellationToken));
        }

        // Segments that were fetched on a guess that turned out wrong are let go when they have arrived.
        void Abandon() => start?.Segments.ContinueWith(
            static task =>
            {
                if (task.IsCompletedSuccessfully)
                {
                    task.Result.Release();
                }
                else
                {
                    _ = task.Exception; // Seen: nobody wanted the segments.
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
