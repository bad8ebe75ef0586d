using System.Globalization;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>What all processes of one run share: time, chance, the store, and who judges.</summary>
internal sealed class SimulationWorld : IDisposable
{
    private readonly List<string> _violations = [];

    internal SimulationWorld(SimulationSettings settings)
    {
        Settings = settings;
        Random = new SimulationRandom(settings.Seed);
        Loop = new SimulationLoop(Random.Fork());
        Trace = new SimulationTrace(Loop, settings.KeepsTrace);
        Store = new ModelStore(Loop);
        Plan = new FaultPlan(Random.Fork(), settings.OnlyFault) { IsOver = settings.IsCalm };
        ObjectStoreSharing drawn = Random.IsOneIn(3) ? ObjectStoreSharing.Network : ObjectStoreSharing.Host;
        Sharing = settings.Sharing ?? drawn;
        Window = Sharing == ObjectStoreSharing.Network
            ? Random.Pick([TimeSpan.FromMinutes(20), TimeSpan.FromHours(1), TimeSpan.FromHours(24)])
            : Random.Pick([TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20)]);
        Latency = Random.Pick(
            [TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(80), TimeSpan.FromSeconds(1.5)]);
        Witness = new StoreWitness(this);
        Store.Witness = Witness;
        StepsLeft = settings.Steps;
        if (settings.KeepsHistory)
        {
            var random = new SimulationRandom(~settings.Seed);
            HistoryRetention = random.Pick([2, 3, 8]) * Window;
            IsHistoryShortened = random.IsOneIn(3);
        }
    }

    /// <summary>What processes are told to keep the past for; zero for no more than they must.</summary>
    internal TimeSpan HistoryRetention { get; }

    /// <summary>Whether some processes are not told so.</summary>
    internal bool IsHistoryShortened { get; }

    /// <summary>How long states of the past are there for certain.</summary>
    internal TimeSpan KeptFor => HistoryRetention > Window && !IsHistoryShortened ? HistoryRetention : Window;

    internal SimulationSettings Settings { get; }

    internal SimulationRandom Random { get; }

    internal SimulationLoop Loop { get; }

    internal SimulationTrace Trace { get; }

    internal ModelStore Store { get; }

    internal FaultPlan Plan { get; }

    internal FaultCounters Faults { get; } = new();

    /// <summary>What judges every change of the store.</summary>
    internal StoreWitness Witness { get; }

    /// <summary>The history of the namespace that all clients use.</summary>
    internal SimulationHistory History => Witness.Of(SimulationHistory.Main);

    internal ObjectStoreSharing Sharing { get; }

    /// <summary>The grace window, the same for all processes.</summary>
    internal TimeSpan Window { get; }

    /// <summary>How long a request, and an answer, can be on its way.</summary>
    internal TimeSpan Latency { get; }

    internal int StepsLeft { get; set; }

    /// <summary>Requests to the store.</summary>
    internal long Operations { get; private set; }

    /// <summary>How far a time that the store tells can lie behind; what the protocol's slack has to cover.</summary>
    internal TimeSpan MaxStoreLag => Sharing == ObjectStoreSharing.Network
        ? TimeSpan.FromMinutes(4)
        : TimeSpan.FromSeconds(1);

    /// <summary>From which age on what no manifest names may be deleted.</summary>
    internal TimeSpan OrphanAge => GracePolicy.For(Sharing, TimeSpan.FromMinutes(1)).OrphanAge;

    internal IReadOnlyList<string> Violations => _violations;

    internal void Count(FaultKind kind) => Faults.Count(kind);

    /// <summary>Notes that a promise was broken. The run ends.</summary>
    internal void Violate(string message)
    {
        string at = Loop.Elapsed.ToString("d\\.hh\\:mm\\:ss\\.fffffff", CultureInfo.InvariantCulture);
        Trace.Add("judge", "violation", message, 0);
        _violations.Add($"at {at}: {message}");
    }

    internal FaultKind? OnRequest(SimulatedHost host, ModelOperation operation, string key)
    {
        Operations++;
        FaultKind? fault = Plan.Draw(operation);
        Trace.Add(host.Name, operation.ToString(), key, fault is null ? -1 : (long)fault);
        if (fault is { } kind)
        {
            Count(kind);
        }

        return fault;
    }

    internal void OnApplied(SimulatedHost host, ModelOperation operation, string key, long answer) =>
        Trace.Add(host.Name, $"{operation}.", key, answer);

    /// <summary>The time that an answer of the store bears.</summary>
    internal DateTimeOffset TellTime(SimulationRandom random) => Store.Now - DrawLag(random, MaxStoreLag);

    /// <summary>How much older than it is an object looks from the start.</summary>
    internal TimeSpan StoreClockLag(SimulationRandom random) => DrawLag(
        random, Sharing == ObjectStoreSharing.Network ? TimeSpan.FromSeconds(59) : TimeSpan.FromSeconds(1));

    public void Dispose() => Loop.Dispose();

    private TimeSpan DrawLag(SimulationRandom random, TimeSpan most)
    {
        if (!Plan.Happens(FaultKind.StoreClockSkewed, oneIn: 8))
        {
            return TimeSpan.Zero;
        }

        Count(FaultKind.StoreClockSkewed);
        return random.NextTime(most);
    }
}
