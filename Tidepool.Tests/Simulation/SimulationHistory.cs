using System.Collections.Immutable;
using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Tests.Properties;
using Tidepool.Wal;

namespace Tidepool.Tests.Simulation;

/// <summary>What the namespace must answer at every position: the batches as their callers meant them, in the order in
/// which the log took them. It takes only the order, and the ids of the batches, from what the engine stores.</summary>
internal sealed class SimulationHistory(SimulationWorld world, string name)
{
    /// <summary>The namespace that all clients use.</summary>
    internal const string Main = "n";

    private readonly List<HistoryPosition> _positions =
        [new(0, 0, ImmutableSortedDictionary<long, ModelDocument>.Empty)];

    private readonly List<IncarnationHistory> _incarnations = [];
    private readonly Dictionary<Guid, WriteIntent> _intents = [];
    private readonly Dictionary<Guid, int> _committed = [];

    /// <summary>The namespace.</summary>
    internal string Name { get; } = name;

    /// <summary>The newest position.</summary>
    internal int Head => _positions.Count - 1;

    internal HistoryPosition Newest => _positions[^1];

    /// <summary>Slots that were taken again after they had been collected.</summary>
    internal long Ghosts { get; private set; }

    internal int Incarnations => _incarnations.Count;

    internal IReadOnlyList<IncarnationHistory> AllIncarnations => _incarnations;

    /// <summary>The incarnation that lives; null when there is none.</summary>
    internal IncarnationHistory? Living => _incarnations.Find(found => !found.IsDropped);

    internal IEnumerable<WriteIntent> Intents => _intents.Values;

    internal ImmutableSortedDictionary<long, ModelDocument> this[int position] => _positions[position].Documents;

    internal HistoryPosition At(int position) => _positions[position];

    internal void Announce(WriteIntent intent) => _intents[intent.Id] = intent;

    /// <summary>Whether what was committed at a position is in the state of the incarnation that lives.</summary>
    internal bool IsLiving(int position) => Living?.Includes(position) == true;

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

    /// <summary>A record shows an incarnation.</summary>
    /// <param name="key">The record's.</param>
    /// <param name="number">The record's.</param>
    /// <param name="incarnation">Which.</param>
    /// <param name="start">What its log goes on from.</param>
    /// <param name="source">The incarnation that has that in its log; null for one that begins with nothing.</param>
    internal void Begin(
        string key, long number, IncarnationHistory incarnation, LogPosition start, IncarnationHistory? source)
    {
        int ordinal = _incarnations.Count + 1;
        if (number != (2 * ordinal) - 1 || _incarnations.Exists(other => other.DropRecordedAt is null))
        {
            world.Violate($"{key} creates incarnation {ordinal} while another one lives");
        }

        (IncarnationHistory, int)? at = source is null ? null : (source, source.PositionOf(start.Sequence));
        incarnation.Show(this, ordinal, _positions.Count, start, at);
        _incarnations.Add(incarnation);
        _positions.Add(new(ordinal, start.Sequence, source is null
            ? ImmutableSortedDictionary<long, ModelDocument>.Empty
            : source.DocumentsAt(start.Sequence)));
    }

    internal void OnEntry(
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
        incarnation.Add(entry.Position, world.Store.Now, _positions.Count);
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

        bool isThere = _committed.TryGetValue(batchId, out int earlier)
            && (earlier == _positions.Count || _incarnations[^1].Includes(earlier)); // In the same entry, or before it.
        if (isThere || (intent.CommittedIn > 0 && !intent.IsKeyed))
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
