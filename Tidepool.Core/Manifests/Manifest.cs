using System.Collections.Immutable;
using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>The state of a namespace up to a position of its log: segments, and what goes with them.</summary>
/// <remarks>Immutable. Any manifest together with the log behind its floor gives the same answers.</remarks>
internal sealed record Manifest
{
    internal required Guid NamespaceId { get; init; }

    /// <summary>1 for the first that is stored; 0 for the empty one that every namespace begins with.</summary>
    internal required long Generation { get; init; }

    /// <summary>The parent's <see cref="Hash"/>; 0 for generation 1.</summary>
    internal required ContentHash ParentHash { get; init; }

    /// <summary>Names the commit, so that its author recognises it.</summary>
    internal required Guid CommitId { get; init; }

    /// <summary>A store time at which the parent was certainly there; null if none is known.</summary>
    internal required DateTimeOffset? ParentTime { get; init; }

    /// <summary>The last log entry whose effects are in the segments.</summary>
    internal required LogPosition Floor { get; init; }

    /// <summary>The schema at the floor.</summary>
    internal required NamespaceSchema Schema { get; init; }

    /// <summary>All live documents at the floor.</summary>
    internal required RowSum Rows { get; init; }

    internal required ImmutableArray<SegmentEntry> Segments { get; init; }

    internal required ImmutableArray<GraveyardEntry> Graveyard { get; init; }

    internal required BatchHistory Batches { get; init; }

    /// <summary>Hash of the stored object; 0 for generation 0 and for one that was not encoded yet.</summary>
    internal ContentHash Hash { get; init; }

    /// <summary>Generation 0: no documents, and a log from its first entry.</summary>
    internal static Manifest CreateEmpty(Guid namespaceId, NamespaceSchema schema) => new()
    {
        NamespaceId = namespaceId,
        Generation = 0,
        ParentHash = default,
        CommitId = Guid.Empty,
        ParentTime = null,
        Floor = LogPosition.Start,
        Schema = schema,
        Rows = RowSum.Zero,
        Segments = [],
        Graveyard = [],
        Batches = BatchHistory.Empty,
    };

    internal SegmentEntry? FindSegment(Guid id) => Segments.FirstOrDefault(segment => segment.Id == id);
}
