using Tidepool.Index.Segments;
using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>A segment as a manifest lists it.</summary>
internal sealed record SegmentEntry
{
    internal required Guid Id { get; init; }

    /// <summary>The incarnation that the segment was written for, and under which it lies, if that is another one: this
    /// one began as its copy. Null for this one.</summary>
    internal Guid? Owner { get; init; }

    /// <summary>Size of the segment object.</summary>
    internal required long SizeBytes { get; init; }

    /// <summary>All documents in the object, deleted or not; padding does not count.</summary>
    internal required RowSum Rows { get; init; }

    /// <summary>The lowest sequence of any row.</summary>
    internal required long FirstSequence { get; init; }

    /// <summary>The highest sequence of any row.</summary>
    internal required long LastSequence { get; init; }

    /// <summary>Which rows are deleted as of the manifest's floor; null for none.</summary>
    internal DeletionEntry? Deletions { get; init; }

    /// <summary>What a search of its cells begins with; null when it has none.</summary>
    internal SegmentOpening? Opening { get; init; }

    /// <summary>The documents that are not deleted.</summary>
    internal RowSum LiveRows => Deletions is null ? Rows : Rows - Deletions.Rows;

    /// <summary>Where the segment is.</summary>
    /// <param name="keys">The keys of the incarnation whose manifest lists it.</param>
    internal string GetKey(NamespaceKeys keys) => keys.Of(Owner ?? keys.NamespaceId).Segment(Id);

    /// <summary>Which object the segment is.</summary>
    internal SegmentIdentity GetIdentity(NamespaceKeys keys) => new(Owner ?? keys.NamespaceId, Id, GetKey(keys));
}
