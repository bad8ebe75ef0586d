using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;
using Tidepool.Snapshots;

namespace Tidepool.Querying;

/// <summary>Finds the live, matching rows of a snapshot in the order of their ids.</summary>
internal static class IdScan
{
    /// <summary>The first rows behind an id.</summary>
    /// <param name="snapshot">What to scan; pinned by the caller.</param>
    /// <param name="filter">Which documents to take; null for all.</param>
    /// <param name="after">Takes only ids greater than this; an empty one takes all.</param>
    /// <param name="hasAfter">Whether <paramref name="after"/> counts.</param>
    /// <param name="limit">The most rows to return.</param>
    internal static RowLocation[] Find(
        Snapshot snapshot, Predicate? filter, DocumentKey after, bool hasAfter, int limit)
    {
        SnapshotSource[] sources = snapshot.Sources;
        var found = new List<RowLocation>();
        QueryScratch scratch = QueryScratch.OfThisThread;
        for (int source = 0; source < sources.Length; source++)
        {
            RowSelection selected = RowSelection.Of(sources[source], filter, scratch.GetSelection(0));
            Collect(sources[source].Rows, source, selected, after, hasAfter, found);
        }

        RowLocation[] rows = [.. found];
        Array.Sort(rows, (left, right) => Key(sources, left).CompareTo(Key(sources, right)));
        return rows.Length <= limit ? rows : rows[..limit];
    }

    /// <summary>How many live documents match.</summary>
    internal static long Count(Snapshot snapshot, Predicate filter)
    {
        long count = 0;
        foreach (SnapshotSource source in snapshot.Sources)
        {
            count += RowSelection.Of(source, filter, QueryScratch.OfThisThread.GetSelection(0)).Count;
        }

        return count;
    }

    private static void Collect(
        IRowSource rows,
        int source,
        RowSelection selected,
        DocumentKey after,
        bool hasAfter,
        List<RowLocation> found)
    {
        foreach (int ordinal in selected)
        {
            if (!hasAfter || rows.GetKey(ordinal).CompareTo(after) > 0)
            {
                found.Add(new RowLocation(source, ordinal));
            }
        }
    }

    private static DocumentKey Key(SnapshotSource[] sources, RowLocation row) =>
        sources[row.Source].Rows.GetKey(row.Ordinal);
}
