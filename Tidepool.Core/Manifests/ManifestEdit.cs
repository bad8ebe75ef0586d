using System.Collections.Immutable;
using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>The next manifest in the making: what changes against its parent. What leaves goes to the graveyard.
/// </summary>
internal sealed class ManifestEdit
{
    private readonly List<SegmentEntry> _segments;
    private readonly List<GraveyardEntry> _graveyard;
    private LogPosition _floor;
    private NamespaceSchema _schema;
    private BatchHistory _batches;

    internal ManifestEdit(Manifest parent)
    {
        Parent = parent;
        Rows = parent.Rows;
        _segments = [.. parent.Segments];
        _graveyard = [.. parent.Graveyard];
        _floor = parent.Floor;
        _schema = parent.Schema;
        _batches = parent.Batches;
    }

    internal Manifest Parent { get; }

    /// <summary>All live documents after the edit; the parent's unless the floor moves. Count them apart from the
    /// segments: that they agree is what shows that nothing was lost.</summary>
    internal RowSum Rows { get; set; }

    internal IReadOnlyList<SegmentEntry> Segments => _segments;

    /// <summary>Says that everything up to an entry is in the segments now.</summary>
    internal void AdvanceFloor(LogPosition floor, NamespaceSchema schema, BatchHistory batches)
    {
        _floor = floor;
        _schema = schema;
        foreach (LedgerEntry ledger in _batches.Ledgers.Except(batches.Ledgers))
        {
            Bury(GraveKind.Ledger, ledger.Id, Guid.Empty);
        }

        _batches = batches;
    }

    internal void AddSegment(SegmentEntry segment) => _segments.Add(segment);

    /// <summary>Removes a segment and its deletions.</summary>
    internal void RemoveSegment(Guid id)
    {
        SegmentEntry segment = Take(id);
        Bury(GraveKind.Segment, segment.Id, Guid.Empty);
        BuryDeletions(segment);
    }

    /// <summary>Replaces the deletions of a segment.</summary>
    internal void SetDeletions(Guid segmentId, DeletionEntry deletions)
    {
        int index = _segments.FindIndex(segment => segment.Id == segmentId);
        BuryDeletions(_segments[index]);
        _segments[index] = _segments[index] with { Deletions = deletions };
    }

    /// <summary>Forgets objects of the graveyard, because they have been deleted.</summary>
    internal void ClearGraves(IReadOnlyCollection<GraveyardEntry> deleted)
    {
        HashSet<GraveyardEntry> timeless = [.. deleted.Select(grave => grave with { Since = null })];
        _graveyard.RemoveAll(grave => timeless.Contains(grave with { Since = null }));
    }

    /// <summary>The manifest, without its hash.</summary>
    /// <param name="commitId">A new id.</param>
    /// <param name="parentTime">A store time at which the parent was certainly there; null if none is known.</param>
    internal Manifest Build(Guid commitId, DateTimeOffset? parentTime) => new()
    {
        NamespaceId = Parent.NamespaceId,
        Generation = Parent.Generation + 1,
        ParentHash = Parent.Hash,
        CommitId = commitId,
        ParentTime = parentTime,
        Floor = _floor,
        Schema = _schema,
        Rows = Rows,
        Segments = [.. _segments],
        Graveyard =
        [
            .. _graveyard.Select(grave =>
                grave.SinceGeneration <= Parent.Generation ? grave with { Since = grave.Since ?? parentTime } : grave),
        ],
        Batches = _batches,
    };

    private SegmentEntry Take(Guid id)
    {
        int index = _segments.FindIndex(segment => segment.Id == id);
        SegmentEntry segment = _segments[index];
        _segments.RemoveAt(index);
        return segment;
    }

    private void BuryDeletions(SegmentEntry segment)
    {
        // Deletions that were set by this very edit were never in a manifest: nobody can be reading them.
        if (segment.Deletions is { } deletions && Parent.FindSegment(segment.Id)?.Deletions?.Id == deletions.Id)
        {
            Bury(GraveKind.Deletions, segment.Id, deletions.Id);
        }
    }

    private void Bury(GraveKind kind, Guid id, Guid deletionsId) =>
        _graveyard.Add(new GraveyardEntry(kind, id, deletionsId, Parent.Generation + 1, Since: null));
}
