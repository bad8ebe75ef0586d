using Tidepool.Model;
using Tidepool.Storage;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>A process and who uses it: calls of the database, each held to the history.</summary>
internal sealed class CrashActor
{
    private readonly CrashStage _stage;
    private readonly SimulatedProcess _process;
    private readonly SimulatedNamespace _target;
    private CrashActor? _copy;
    private CrashingConnection? _vault;
    private readonly ClientWrites _writes;
    private readonly ClientReads _reads;
    private readonly ClientTags _tags;
    private readonly TimeSpan _batchRetention;

    /// <param name="stage">What the processes share.</param>
    /// <param name="process">The process.</param>
    /// <param name="trigger">What ends it.</param>
    /// <param name="name">The namespace that is used.</param>
    internal CrashActor(
        CrashStage stage, SimulatedProcess process, CrashTrigger trigger, string name = SimulationHistory.Main)
    {
        _stage = stage;
        _process = process;
        _target = process.Get(name);
        Trigger = trigger;
        _batchRetention = GracePolicy.For(stage.World.Sharing, TimeSpan.FromMinutes(1)).BatchRetention;
        var workload = new WorkloadDocuments(stage.World.Random.Fork());
        _writes = new ClientWrites(stage.World, _target, stage.World.Random.Fork(), workload);
        _reads = new ClientReads(stage.World, _target, stage.World.Random.Fork(), workload);
        _tags = new ClientTags(stage.World, _target, stage.World.Random.Fork());
    }

    internal CrashTrigger Trigger { get; }

    internal SimulatedProcess Process => _process;

    /// <summary>Where backups go, as this process reaches it.</summary>
    internal IObjectStore Vault => _vault ??= new CrashingConnection(
        new ModelStoreConnection(World, _process.Host, World.Sharing, _stage.Vault),
        _process.Host,
        _stage.Vault,
        Trigger);

    internal SimulationWorld World => _stage.World;

    internal SimulationHistory History => _target.History;

    internal TidepoolNamespace Documents => _target.Documents;

    /// <summary>The same process, using the copy of the namespace.</summary>
    internal CrashActor Copy => _copy ??= new CrashActor(_stage, _process, Trigger, CrashStage.CopyName);

    /// <summary>The same process, using each namespace.</summary>
    internal IEnumerable<CrashActor> Each =>
        World.Witness.Of(CrashStage.CopyName).Incarnations > 0 ? [this, Copy] : [this];

    /// <summary>What is done with the namespace as a whole.</summary>
    internal CrashCopies Copies => new(_stage, this);

    private List<WriteIntent> Unsettled => _stage.GetUnsettled(_target.History.Name);

    private static NamespaceOptions Graphs => new()
    {
        Vectors =
        {
            new VectorFieldOptions(WorkloadDocuments.Dimensions)
            {
                Metric = DistanceMetric.EuclideanSquaredDistance,
                IndexKind = VectorIndexKind.Hnsw,
                M = 4,
                EfConstruction = 8,
            },
        },
    };

    internal Task WriteAsync(params WriteStep[] steps) =>
        WriteAsync(new WriteIntent(Guid.Empty, isKeyed: false, steps));

    /// <summary>A batch that may be repeated.</summary>
    internal Task WriteKeyedAsync(Guid key, params WriteStep[] steps) =>
        WriteAsync(FindKeyed(key) ?? new WriteIntent(key, isKeyed: true, steps));

    internal async Task ImportAsync(int batches, int batchSize, long year)
    {
        WriteStep[] all = CrashSteps.PutMany(100, batches * batchSize, year);
        var waiting = new Queue<WriteStep[]>(all.Chunk(batchSize));
        await AnnounceAsync(
            waiting.Dequeue,
            () => Documents.ImportAsync(
                all.Select(step => step.Document!.ToDocument()).ToAsyncEnumerable(),
                new ImportOptions { BatchSize = batchSize }));
    }

    /// <summary>Asks for graphs instead of what the namespace has for an index.</summary>
    internal Task AskForGraphsAsync() => AnnounceAsync(
        static () => [],
        () => _process.Database.GetNamespace(History.Name, Graphs).EnsureExistsAsync());

    /// <summary>Asks for what became of each batch of which nobody knows.</summary>
    internal async Task ResolveAllAsync()
    {
        foreach (WriteIntent intent in Unsettled.ToArray())
        {
            try
            {
                await _writes.ResolveAsync(intent, CancellationToken.None);
            }
            catch (CommitOutcomeUnknownException) when (World.Loop.Elapsed >= _batchRetention)
            {
                // It may be older than what a namespace remembers of batches, and then nobody can say.
            }
        }
    }

    internal Task ScanAsync() => _reads.ScanAllAsync();

    internal Task TagAsync(string name) => _tags.CreateAsync(name, CancellationToken.None);

    internal Task DeleteTagAsync(string name) => _tags.DeleteAsync(name, CancellationToken.None);

    internal Task ReadTagsAsync() => _tags.ReadAllAsync(CancellationToken.None);

    /// <summary>Reads the state after each entry of the log, newest first.</summary>
    internal async Task ReadPastAsync()
    {
        for (long sequence = History.Living!.Head.Sequence; sequence >= 0; sequence--)
        {
            await _tags.ReadPastAsync(History.Living!, sequence, CancellationToken.None);
        }
    }

    internal Task VerifyAsync() => _reads.VerifyAsync(CancellationToken.None);

    internal Task FlushAsync() => Documents.WaitForIndexingAsync();

    internal Task CompactAsync() => Documents.CompactAsync();

    internal Task DropAsync() => Documents.EnsureDeletedAsync();

    internal Task DelayAsync(TimeSpan delay) => _process.DelayAsync(delay);

    /// <summary>Waits until what was unneeded before may be deleted.</summary>
    internal Task AgeAsync() => DelayAsync(World.Window + TimeSpan.FromMinutes(5));

    /// <summary>Waits until batches may be forgotten.</summary>
    internal Task OutliveBatchesAsync() => DelayAsync(_batchRetention + TimeSpan.FromMinutes(5));

    internal async Task CloseAsync() => await _process.Database.DisposeAsync();

    private WriteIntent? FindKeyed(Guid key) => History.Intents.FirstOrDefault(intent => intent.Id == key);

    private async Task WriteAsync(WriteIntent intent)
    {
        if (!Unsettled.Contains(intent))
        {
            Unsettled.Add(intent);
        }

        await _writes.WriteAsync(intent, CancellationToken.None);
        Unsettled.Remove(intent);
    }

    /// <summary>Makes a call that writes batches of its own, whose ids are known only when it gives them.</summary>
    private async Task AnnounceAsync(Func<WriteStep[]> nextSteps, Func<Task> call)
    {
        var made = new List<WriteIntent>();
        _process.Ids.OnBatch = id =>
        {
            var intent = new WriteIntent(id, isKeyed: false, nextSteps());
            made.Add(intent);
            Unsettled.Add(intent);
            History.Announce(intent);
        };
        await call();
        _process.Ids.OnBatch = null;
        foreach (WriteIntent intent in made)
        {
            Unsettled.Remove(intent);
            if (History.Find(intent.Id) < 0)
            {
                World.Violate($"acknowledged, but it is not in the log: {intent}");
            }
        }
    }
}
