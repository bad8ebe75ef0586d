using System.Collections.Immutable;
using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Tests.Properties;
using Tidepool.Wal;

namespace Tidepool.Tests.Simulation;

/// <summary>What the namespace must answer at every position: the batches as their callers meant them, in the order in
/// which the log took them. It takes only the order, and the ids of the batches, from what the engine stores.</summary>
internal sealed class SimulationHistory(SimulationWorld world) : IStoreWitness
{
    internal const string Name = "n";

    private static readonly DatabaseKeys s_keys = new("");

    private readonly List<HistoryPosition> _positions =
        [new(0, 0, ImmutableSortedDictionary<long, ModelDocument>.Empty)];

    private readonly Dictionary<Guid, IncarnationHistory> _incarnations = [];
    private readonly Dictionary<Guid, WriteIntent> _intents = [];
    private readonly Dictionary<Guid, int> _committed = [];
    private readonly ManifestWitness _manifests = new(world);
    private readonly PinWitness _pins = new(world);

    /// <summary>The newest position.</summary>
    internal int Head => _positions.Count - 1;

    internal HistoryPosition Newest => _positions[^1];

    /// <summary>Manifests that were stored.</summary>
    internal long ManifestCount => _manifests.Count;

    /// <summary>Slots that were taken again after they had been collected.</summary>
    internal long Ghosts { get; private set; }

    internal int Incarnations => _incarnations.Count;

    internal IEnumerable<IncarnationHistory> AllIncarnations => _incarnations.Values;

    /// <summary>The incarnation that lives; null when there is none.</summary>
    internal IncarnationHistory? Living => _incarnations.Values.FirstOrDefault(found => !found.IsDropped);

    internal IEnumerable<WriteIntent> Intents => _intents.Values;

    internal ImmutableSortedDictionary<long, ModelDocument> this[int position] => _positions[position].Documents;

    internal HistoryPosition At(int position) => _positions[position];

    internal void Announce(WriteIntent intent) => _intents[intent.Id] = intent;

    /// <summary>Whether an incarnation has not been dropped.</summary>
    internal bool IsLiving(int incarnation) =>
        _incarnations.Values.Any(found => found.Number == incarnation && !found.IsDropped);

    /// <summary>The position that a batch made, or -1.</summary>
    internal int Find(Guid batchId) => _committed.GetValueOrDefault(batchId, -1);

    /// <summary>The first position from <paramref name="from"/> to <paramref name="to"/> of which something holds; -1
    /// if there is none.</summary>
    internal int FindFirst(int from, int to, Func<ImmutableSortedDictionary<long, ModelDocument>, bool> holds)
    {
        for (int position = Math.Max(0, from); position <= to; position++)
        {
            if (holds(_positions[position].Documents))
            {
                return position;
            }
        }

        return -1;
    }

    /// <summary>What can only be said at the end: what was reported as failed has never been seen.</summary>
    internal void CheckEnd()
    {
        foreach (WriteIntent intent in _intents.Values)
        {
            if (intent.HasFailed && !intent.IsKeyed && Find(intent.Id) is >= 0 and var position)
            {
                world.Violate($"its caller was told that it had failed, but it is at {position}: {intent}");
            }
        }
    }

    public void OnPut(string key, byte[] data, ModelObject? before)
    {
        if (s_keys.TryParseRecord(key, out _, out long record))
        {
            OnRecord(key, record, data, before);
        }
        else if (FindIncarnation(key) is { } incarnation)
        {
            if (incarnation.Keys.TryParseLogEntry(key, out long sequence))
            {
                OnEntry(incarnation, sequence, key, data, before);
            }
            else if (incarnation.Keys.TryParsePin(key, out _, out _))
            {
                _pins.OnPut(incarnation, key, data, before, position => _positions[position].Documents);
            }
            else
            {
                _manifests.OnPut(incarnation, key, data, before, position => _positions[position].Documents);
            }
        }
        else if (key.StartsWith("d/", StringComparison.Ordinal))
        {
            world.Violate($"{key} belongs to no incarnation that was recorded");
        }
    }

    public void OnDeleted(string key, ModelObject before)
    {
        if (s_keys.TryParseRecord(key, out _, out _) || key == s_keys.RootMarker)
        {
            world.Violate($"{key} was deleted; records stay for ever");
        }
        else if (FindIncarnation(key) is { } incarnation)
        {
            _manifests.OnDeleted(incarnation, key, before);
            _pins.OnDeleted(incarnation, key);
        }
    }

    private IncarnationHistory? FindIncarnation(string key) =>
        key.Length > 38 && key.StartsWith("d/", StringComparison.Ordinal) &&
        Guid.TryParse(key.AsSpan(2, 36), out Guid id)
            ? _incarnations.GetValueOrDefault(id)
            : null;

    private void OnRecord(string key, long number, byte[] data, ModelObject? before)
    {
        if (before is not null)
        {
            world.Violate($"{key} was written over");
            return;
        }

        IncarnationRecord record = RegistryCodec.DecodeRecord(data, Name, number);
        if (!record.IsDropped)
        {
            int incarnation = _incarnations.Count + 1;
            if (number != (2 * incarnation) - 1 || _incarnations.Values.Any(other => other.DropRecordedAt is null))
            {
                world.Violate($"{key} creates incarnation {incarnation} while another one lives");
            }

            _incarnations.Add(
                record.NamespaceId, new IncarnationHistory(incarnation, s_keys.Data(record.NamespaceId))
                {
                    Beginning = _positions.Count,
                });
            _positions.Add(new(incarnation, 0, ImmutableSortedDictionary<long, ModelDocument>.Empty));
        }
        else if (_incarnations.GetValueOrDefault(record.NamespaceId) is { IsDropped: true } dropped)
        {
            dropped.DropRecordedAt = world.Store.Now;
        }
        else
        {
            world.Violate($"{key} records a drop that is not in the log");
        }
    }

    private void OnEntry(
        IncarnationHistory incarnation, long sequence, string key, byte[] data, ModelObject? before)
    {
        if (before is not null)
        {
            world.Violate($"{key} was written over");
        }
        else if (sequence <= incarnation.Head.Sequence)
        {
            Ghosts++;
        }
        else if (sequence != incarnation.Head.Sequence + 1 || incarnation.IsDropped)
        {
            world.Violate($"{key} was taken while the log ended at {incarnation.Head.Sequence}" +
                (incarnation.IsDropped ? ", with a drop" : ""));
        }
        else
        {
            Commit(incarnation, key, Decode(incarnation, sequence, key, data));
        }
    }

    private WalEntry? Decode(IncarnationHistory incarnation, long sequence, string key, byte[] data)
    {
        try
        {
            return WalCodec.Decode(data, incarnation.Keys.NamespaceId, sequence);
        }
        catch (SegmentFormatException fault)
        {
            world.Violate($"{key} was stored damaged: {fault.Message}");
            return null;
        }
    }

    private void Commit(IncarnationHistory incarnation, string key, WalEntry? entry)
    {
        if (entry is null)
        {
            return;
        }

        if (entry.PreviousHash != incarnation.Head.Hash)
        {
            world.Violate($"{key} follows another entry than the one before it");
        }

        ImmutableSortedDictionary<long, ModelDocument> documents = Newest.Documents;
        foreach (WalBatch batch in entry.Batches)
        {
            documents = Commit(batch.Id, key, documents);
        }

        incarnation.IsDropped = entry.Kind == WalEntryKind.Drop;
        documents = incarnation.IsDropped ? documents.Clear() : documents;
        incarnation.Head = entry.Position;
        incarnation.Hashes.Add(entry.Position.Hash);
        incarnation.Positions.Add(_positions.Count);
        incarnation.Times.Add(world.Store.Now);
        _positions.Add(new(incarnation.Number, entry.Sequence, documents));
    }

    private ImmutableSortedDictionary<long, ModelDocument> Commit(
        Guid batchId, string key, ImmutableSortedDictionary<long, ModelDocument> documents)
    {
        if (!_intents.TryGetValue(batchId, out WriteIntent? intent))
        {
            world.Violate($"{key} holds batch {batchId}, which nobody wrote");
            return documents;
        }

        if (intent.HasFailed)
        {
            world.Violate($"{key} holds a batch whose caller was told that it had failed: {intent}");
        }

        if (intent.CommittedIn == Newest.Incarnation || (intent.CommittedIn > 0 && !intent.IsKeyed))
        {
            world.Violate($"{key} holds a batch for the second time: {intent}");
        }

        intent.CommittedIn = Newest.Incarnation;
        _committed[batchId] = _positions.Count;
        if (intent.Apply(documents) is { } after)
        {
            return after;
        }

        world.Violate($"{key} holds a batch whose conditions do not hold there: {intent}");
        return documents;
    }
}
