using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;
using Tidepool.Index.Segments;
using Tidepool.Index.Vectors;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Snapshots;

namespace Tidepool.Compaction;

/// <summary>Finds the segments whose indexes are not those that their fields are to have.</summary>
internal static class MissingIndexes
{
    /// <summary>The segments of a set that are to be rewritten for their indexes.</summary>
    internal static HashSet<Guid> Find(SegmentSet segments, NamespaceSchema schema, int fromRows)
    {
        var found = new HashSet<Guid>();
        for (int i = 0; i < segments.Handles.Length; i++)
        {
            SegmentEntry entry = segments.Manifest.Segments[i];
            if (Any(segments.Handles[i], entry.LiveRows.Rows, schema, fromRows))
            {
                found.Add(entry.Id);
            }
        }

        return found;
    }

    /// <summary>Whether a segment is to be rewritten for its indexes.</summary>
    internal static bool Any(SegmentHandle segment, long liveRows, NamespaceSchema schema, int fromRows)
    {
        foreach (VectorField field in schema.Vectors)
        {
            IndexSettings? wanted = IndexRules.GetSettings(field);
            IndexSettings? found = segment.FindIndex(field.Name)?.Settings;
            bool isMissing = found is null && wanted is not null && liveRows >= fromRows
                && CountVectors(segment.Reader, field.Name) >= fromRows;
            if (isMissing || (found is not null && found != wanted) || segment.HasDamagedIndex(field.Name))
            {
                return true;
            }
        }

        return false;
    }

    private static int CountVectors(SegmentReader reader, string field) => reader.GetVectors(field) switch
    {
        null => 0,
        { Presence.IsEmpty: true } => reader.DocumentCount,
        VectorColumn vectors => BitWords.PopCount(vectors.Presence),
    };
}
