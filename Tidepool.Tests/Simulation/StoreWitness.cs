using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Wal;

namespace Tidepool.Tests.Simulation;

/// <summary>All namespaces of a store, as it has seen them, and what holds each of its changes to the protocol.
/// </summary>
internal sealed class StoreWitness : IStoreWitness
{
    private static readonly DatabaseKeys s_keys = new("");

    private readonly SimulationWorld _world;
    private readonly Dictionary<string, SimulationHistory> _histories = [];
    private readonly Dictionary<Guid, IncarnationHistory> _incarnations = [];
    private readonly ManifestWitness _manifests;
    private readonly PinWitness _pins;

    internal StoreWitness(SimulationWorld world)
    {
        _world = world;
        _manifests = new ManifestWitness(world);
        _pins = new PinWitness(world);
    }

    /// <summary>Manifests that were stored.</summary>
    internal long ManifestCount => _manifests.Count;

    /// <summary>All incarnations, also those that no record shows yet.</summary>
    internal IReadOnlyCollection<IncarnationHistory> Incarnations => _incarnations.Values;

    /// <summary>All namespaces that anybody has asked for.</summary>
    internal IEnumerable<SimulationHistory> Histories => _histories.Values;

    /// <summary>Whether objects may be stored of an incarnation of which nothing else is known: backups are restored
    /// so.</summary>
    internal bool IsRestoring { get; set; }

    internal SimulationHistory Of(string name)
    {
        if (!_histories.TryGetValue(name, out SimulationHistory? history))
        {
            history = new SimulationHistory(_world, name);
            _histories.Add(name, history);
        }

        return history;
    }

    /// <summary>What can only be said at the end.</summary>
    internal void CheckEnd()
    {
        foreach (SimulationHistory history in _histories.Values)
        {
            history.CheckEnd();
        }
    }

    internal IncarnationHistory? Find(Guid id) => _incarnations.GetValueOrDefault(id);

    /// <summary>The incarnation that a key belongs to.</summary>
    internal IncarnationHistory? FindOwner(string key) => TryParseId(key, out Guid id) ? Find(id) : null;

    public void OnPut(string key, byte[] data, ModelObject? before)
    {
        if (s_keys.TryParseRecord(key, out string name, out long record))
        {
            OnRecord(key, name, record, data, before);
        }
        else if (FindOwner(key) is { } incarnation)
        {
            OnData(incarnation, key, data, before);
        }
        else if (TryParseId(key, out Guid id) && (IsRestoring || key == s_keys.Data(id).Origin))
        {
            _incarnations.Add(id, new IncarnationHistory(s_keys.Data(id)));
        }
        else if (key.StartsWith("d/", StringComparison.Ordinal))
        {
            _world.Violate($"{key} belongs to no incarnation that was recorded");
        }
    }

    public void OnDeleted(string key, ModelObject before)
    {
        if (s_keys.TryParseRecord(key, out _, out _) || key == s_keys.RootMarker)
        {
            _world.Violate($"{key} was deleted; records stay for ever");
        }
        else if (FindOwner(key) is { } incarnation)
        {
            _manifests.OnDeleted(Incarnations, incarnation, key, before);
            _pins.OnDeleted(Incarnations, incarnation, key);
        }
    }

    private static bool TryParseId(string key, out Guid id)
    {
        id = default;
        return key.Length > 38 && key.StartsWith("d/", StringComparison.Ordinal) &&
            Guid.TryParse(key.AsSpan(2, 36), out id);
    }

    private void OnData(IncarnationHistory incarnation, string key, byte[] data, ModelObject? before)
    {
        if (incarnation.History is not { } history)
        {
            return; // Nobody sees it: it is looked at when a record shows it.
        }

        if (incarnation.Keys.TryParseLogEntry(key, out long sequence))
        {
            history.OnEntry(incarnation, sequence, key, data, before);
        }
        else if (incarnation.Keys.TryParsePin(key, out _, out _))
        {
            _pins.OnPut(incarnation, key, data, before);
        }
        else
        {
            _manifests.OnPut(incarnation, key, data, before, _world.Store.Now);
        }
    }

    private void OnRecord(string key, string name, long number, byte[] data, ModelObject? before)
    {
        if (before is not null)
        {
            _world.Violate($"{key} was written over");
            return;
        }

        IncarnationRecord record = RegistryCodec.DecodeRecord(data, name, number);
        IncarnationHistory? known = Find(record.NamespaceId);
        if (record.IsDropped)
        {
            Drop(key, name, known);
            return;
        }

        if (known is { IsShown: true })
        {
            _world.Violate($"{key} shows an incarnation that is there already");
            return;
        }

        IncarnationHistory shown = known ?? new IncarnationHistory(s_keys.Data(record.NamespaceId));
        _incarnations[record.NamespaceId] = shown;
        Show(key, Of(name), number, shown, isCopy: known is not null);
    }

    private void Drop(string key, string name, IncarnationHistory? known)
    {
        if (known is { IsDropped: true, History: { } history } && history.Name == name)
        {
            known.DropRecordedAt = _world.Store.Now;
        }
        else
        {
            _world.Violate($"{key} records a drop that is not in the log");
        }
    }

    private void Show(
        string key, SimulationHistory history, long number, IncarnationHistory incarnation, bool isCopy)
    {
        string first = incarnation.Keys.Manifest(1);
        if (!isCopy)
        {
            history.Begin(key, number, incarnation, LogPosition.Start, source: null);
        }
        else if (_world.Store.Find(first) is not { } stored ||
            ManifestCodec.Decode(stored.Data, incarnation.Keys.NamespaceId, 1, out _) is not { } manifest)
        {
            _world.Violate($"{key} shows a copy whose first manifest is missing");
        }
        else if (_incarnations.Values
            .Where(found => found.Has(manifest.Floor.Sequence) &&
                found.HashOf(manifest.Floor.Sequence) == manifest.Floor.Hash)
            .MaxBy(found => found.History == history ? found.Number : 0) is not { } source)
        {
            _world.Violate($"{key} shows a copy of {manifest.Floor}, which is in no log");
        }
        else
        {
            history.Begin(key, number, incarnation, manifest.Floor, source);
            _manifests.OnPut(incarnation, first, stored.Data, before: null, stored.LastModified);
        }
    }
}
