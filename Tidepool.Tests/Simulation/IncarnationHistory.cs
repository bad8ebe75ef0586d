using System.Collections.Immutable;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>One incarnation of a namespace, as the store has seen it.</summary>
internal sealed class IncarnationHistory(NamespaceKeys keys)
{
    internal NamespaceKeys Keys { get; } = keys;

    /// <summary>The history of its namespace; null as long as no record shows it.</summary>
    internal SimulationHistory? History { get; private set; }

    internal bool IsShown => History is not null;

    /// <summary>Which of the namespace's incarnations it is, from 1 on.</summary>
    internal int Number { get; private set; }

    /// <summary>Where in the history it began.</summary>
    internal int Beginning { get; private set; }

    /// <summary>What its log goes on from: the start, or the position that it is a copy of.</summary>
    internal LogPosition Start { get; private set; }

    /// <summary>Of a copy, the incarnation that has its beginning in its log, and where in the history that is.
    /// </summary>
    internal (IncarnationHistory Incarnation, int Position)? Source { get; private set; }

    /// <summary>The last entry of its log, and the hash that the next one must name.</summary>
    internal LogPosition Head { get; private set; }

    /// <summary>The pins that keep something, or did.</summary>
    internal List<PinHistory> Pins { get; } = [];

    internal bool IsDropped { get; set; }

    /// <summary>When the record of its drop was stored.</summary>
    internal DateTimeOffset? DropRecordedAt { get; set; }

    /// <summary>All manifests, with the time of their creation; generation g is at g - 1.</summary>
    internal List<(Manifest Manifest, DateTimeOffset At)> Manifests { get; } = [];

    /// <summary>When an object was first seen to be in no manifest any more.</summary>
    internal Dictionary<string, DateTimeOffset> UnneededSince { get; } = [];

    /// <summary>All that the newest manifest names.</summary>
    internal HashSet<string> Needed { get; set; } = [];

    /// <summary>Objects that any manifest has named.</summary>
    internal HashSet<string> EverNeeded { get; } = [];

    /// <summary>Its entries from the one behind the start on: their hashes, when they were stored, and where in the
    /// history they left off.</summary>
    private List<(ContentHash Hash, DateTimeOffset At, int Position)> Entries { get; } = [];

    internal void Show(
        SimulationHistory history,
        int number,
        int beginning,
        LogPosition start,
        (IncarnationHistory Incarnation, int Position)? source)
    {
        (History, Number, Beginning, Start, Head, Source) = (history, number, beginning, start, start, source);
    }

    internal void Add(LogPosition entry, DateTimeOffset at, int position)
    {
        Head = entry;
        Entries.Add((entry.Hash, at, position));
    }

    /// <summary>Whether its log has, or had, an entry of that number, or began behind it.</summary>
    internal bool Has(long sequence) => IsShown && sequence >= Start.Sequence && sequence <= Head.Sequence;

    internal ContentHash HashOf(long sequence) =>
        sequence == Start.Sequence ? Start.Hash : Entries[GetOrdinal(sequence)].Hash;

    /// <summary>When an entry behind the start was stored.</summary>
    internal DateTimeOffset TimeOf(long sequence) => Entries[GetOrdinal(sequence)].At;

    /// <summary>The last entry that was stored by a time; the start if there is none.</summary>
    internal long FindLast(DateTimeOffset time) => Start.Sequence + Entries.Count(entry => entry.At <= time);

    /// <summary>Whether what was committed at a position of its namespace is in its state: it is of this incarnation,
    /// or of one that it began as a copy of, directly or not, before that.</summary>
    internal bool Includes(int position) => position >= Beginning
        ? History!.At(position).Incarnation == Number
        : Source is { Incarnation: var source, Position: var last } && source.History == History
            && position <= last && source.Includes(position);

    /// <summary>Where in the history an entry left off.</summary>
    internal int PositionOf(long sequence) =>
        sequence == Start.Sequence ? Beginning : Entries[GetOrdinal(sequence)].Position;

    internal ImmutableSortedDictionary<long, ModelDocument> DocumentsAt(long sequence) =>
        History![PositionOf(sequence)];

    /// <summary>Whether it was dropped so long ago that its data may be deleted.</summary>
    internal bool IsOver(DateTimeOffset now, TimeSpan window) =>
        DropRecordedAt is { } dropped && now - dropped >= window;

    private int GetOrdinal(long sequence) => (int)(sequence - Start.Sequence) - 1;
}
