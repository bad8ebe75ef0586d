using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Tests.Simulation;

/// <summary>One incarnation of the namespace, as the store has seen it.</summary>
internal sealed class IncarnationHistory(int number, NamespaceKeys keys)
{
    internal int Number { get; } = number;

    internal NamespaceKeys Keys { get; } = keys;

    /// <summary>The last entry of its log, and the hash that the next one must name.</summary>
    internal LogPosition Head { get; set; } = LogPosition.Start;

    /// <summary>Hashes of all entries; entry n is at n - 1.</summary>
    internal List<ContentHash> Hashes { get; } = [];

    /// <summary>Where in the history entry n left off; entry n is at n - 1.</summary>
    internal List<int> Positions { get; } = [];

    /// <summary>When entry n was stored; at n - 1.</summary>
    internal List<DateTimeOffset> Times { get; } = [];

    /// <summary>Where in the history it began.</summary>
    internal int Beginning { get; init; }

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
}
