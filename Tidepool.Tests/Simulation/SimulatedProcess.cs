using System.Diagnostics.Metrics;
using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>One process: its own instance of the real engine, on its own host and disk.</summary>
internal sealed class SimulatedProcess : IDisposable
{
    private readonly SimulationWorld _world;
    private readonly SimulationRandom _random;
    private readonly string _cachePath;
    private readonly SimulationMeters _meters = new();
    private readonly Dictionary<string, SimulatedNamespace> _namespaces = [];
    private readonly NamespaceOptions _options = new()
    {
        Vectors =
        {
            new VectorFieldOptions(WorkloadDocuments.Dimensions) { Metric = DistanceMetric.EuclideanSquaredDistance },
        },
    };

    /// <param name="world">Where it runs.</param>
    /// <param name="name">What the trace calls it.</param>
    /// <param name="cachePath">Its disk.</param>
    /// <param name="wrap">Puts something between the process and its connection to the store.</param>
    /// <param name="configure">Changes the settings that chance gave it.</param>
    internal SimulatedProcess(
        SimulationWorld world,
        string name,
        string cachePath,
        Func<SimulatedHost, IObjectStore, IObjectStore>? wrap = null,
        Action<TidepoolOptions>? configure = null)
    {
        _world = world;
        _random = world.Random.Fork();
        _cachePath = cachePath;
        Host = new SimulatedHost(world.Loop, world.Trace, name);
        if (world.Plan.Happens(FaultKind.ClockSkewed, oneIn: 2))
        {
            SetClock(FaultKind.ClockSkewed);
        }

        Ids = new SimulatedIds(world.Random.Fork(), world.Loop);
        ProtocolMutant mutant = world.Settings.Mutant;
        IObjectStore connection = new ModelStoreConnection(world, Host, world.Sharing);
        connection = mutant == ProtocolMutant.None
            ? connection
            : new MutantConnection(connection, world, Host, mutant);
        var options = new TidepoolOptions
        {
            GraceWindow = GetWindow(mutant),
            TimeProvider = new SimulationClock(world.Loop, Host),
            Ids = mutant is ProtocolMutant.SegmentNamesCollide or ProtocolMutant.BatchIdsCollide
                ? new MutantIds(Ids, _random.Fork(), mutant)
                : Ids,
            MeterFactory = _meters,
            GroupCommitLinger = _random.IsOneIn(3) ? TimeSpan.FromMilliseconds(5) : TimeSpan.Zero,
            Cache = { DiskDirectory = cachePath },
            Compaction =
            {
                Enabled = _random.IsOneIn(2),
                IndexingThreads = 1,
                MaxConcurrency = 1,
                IdleDelay = _random.Pick([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)]),
            },
        };
        if (world.HistoryRetention > TimeSpan.Zero)
        {
            options.HistoryRetention =
                world.IsHistoryShortened && _random.IsOneIn(2) ? TimeSpan.Zero : world.HistoryRetention;
        }

        configure?.Invoke(options);
        Options = options;
        Connection = wrap is null ? connection : wrap(Host, connection);
        Database = new TidepoolDatabase(Connection, options);
    }

    internal SimulatedHost Host { get; }

    internal SimulatedIds Ids { get; }

    internal TidepoolOptions Options { get; }

    /// <summary>How it reaches the store.</summary>
    internal IObjectStore Connection { get; }

    internal TidepoolDatabase Database { get; }

    /// <summary>The namespace that all clients use.</summary>
    internal SimulatedNamespace Main => Get(SimulationHistory.Main);

    internal TidepoolNamespace Documents => Main.Documents;

    /// <summary>A namespace, and what this process knows of it.</summary>
    internal SimulatedNamespace Get(string name)
    {
        if (!_namespaces.TryGetValue(name, out SimulatedNamespace? found))
        {
            found = new SimulatedNamespace(
                this, Database.GetNamespace(name, _options), _world.Witness.Of(name));
            _namespaces.Add(name, found);
        }

        return found;
    }

    /// <summary>Lets a while pass for whoever runs in this process.</summary>
    internal Task DelayAsync(TimeSpan delay)
    {
        var passed = new TaskCompletionSource();
        _world.Loop.After(delay, () => Host.Deliver(passed.SetResult));
        return passed.Task;
    }

    internal void SetClock(FaultKind kind)
    {
        _world.Count(kind);
        Host.ClockSkew = _random.NextTime(TimeSpan.FromDays(60)) - TimeSpan.FromDays(30);
    }

    /// <summary>From now on until it is emptied the cache's disk takes nothing.</summary>
    internal void FillDisk()
    {
        if (Directory.Exists(_cachePath) && !Directory.Exists(_cachePath + ".full"))
        {
            _world.Count(FaultKind.CacheDiskFull);
            Directory.Move(_cachePath, _cachePath + ".full");
            File.WriteAllBytes(_cachePath, []); // No folder can be made, no file opened below it.
        }
    }

    internal void EmptyDisk()
    {
        if (Directory.Exists(_cachePath + ".full"))
        {
            File.Delete(_cachePath);
            Directory.Move(_cachePath + ".full", _cachePath);
        }
    }

    /// <summary>Ends it without a farewell.</summary>
    internal void Kill()
    {
        Host.Kill();
        EmptyDisk();
        Dispose();
    }

    public void Dispose() => _meters.Dispose();

    private TimeSpan GetWindow(ProtocolMutant mutant) => mutant switch
    {
        ProtocolMutant.WindowNotKept => TimeSpan.Zero,
        ProtocolMutant.WindowHalved => _world.Window / 2,
        ProtocolMutant.WindowTrustedTooLong when _random.IsOneIn(2) => 6 * _world.Window,
        _ => _world.Window,
    };

    private sealed class SimulationMeters : IMeterFactory
    {
        private readonly List<Meter> _made = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            _made.Add(meter);
            return meter;
        }

        public void Dispose() => _made.ForEach(meter => meter.Dispose());
    }
}
