using System.Collections.Immutable;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>The head of a segment: what it is, what it holds, and where.</summary>
internal sealed record SegmentHeader
{
    internal int MinorVersion { get; init; } = SegmentFormat.MinorVersion;

    /// <summary>Which object it is; as decoded, with the object's name for a key.</summary>
    internal required SegmentIdentity Identity { get; init; }

    internal required SegmentFlags Flags { get; init; }

    /// <summary>Number of ordinals, padding included.</summary>
    internal required int RowCount { get; init; }

    /// <summary>Number of ordinals that hold a document.</summary>
    internal required int DocumentCount { get; init; }

    /// <summary>The smallest sequence of a document.</summary>
    internal required long FirstSequence { get; init; }

    /// <summary>The largest sequence of a document.</summary>
    internal required long LastSequence { get; init; }

    /// <summary>The sum of the <see cref="RowIdentity"/> of all documents.</summary>
    internal required UInt128 RowSum { get; init; }

    /// <summary>The smallest integer id, 0 without any.</summary>
    internal required long MinIntegerId { get; init; }

    /// <summary>The largest integer id, 0 without any.</summary>
    internal required long MaxIntegerId { get; init; }

    /// <summary>Vector fields that at least one document has.</summary>
    internal required ImmutableArray<SegmentVectorField> Fields { get; init; }

    /// <summary>The directory, in order of offset.</summary>
    internal required ImmutableArray<SegmentSection> Sections { get; init; }

    /// <summary>Where the checksums of the blocks start, and the blocks end.</summary>
    internal required long BlockTableOffset { get; init; }

    /// <summary>Size of the whole object in bytes.</summary>
    internal long ObjectLength => BlockTableOffset + SegmentFormat.GetBlockTableSizeBytes(BlockTableOffset);

    /// <summary>The first section of a kind, or none; the first vector field's for the kinds that have a
    /// field.</summary>
    internal SegmentSection? Find(SectionKind kind, int field = SegmentFormat.NoField)
    {
        foreach (SegmentSection section in Sections)
        {
            if (section.Kind == kind && section.Field == field)
            {
                return section;
            }
        }

        return null;
    }
}
