using Tidepool.Index.Flat;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Snapshots;

namespace Tidepool.Querying;

/// <summary>The exact scan of a part of one source.</summary>
internal static class SourceScan
{
    /// <summary>Adds the nearest of ordinals [first, end) of a source to the hits.</summary>
    /// <returns>How many vectors were compared.</returns>
    internal static long Search(
        SnapshotSource[] sources,
        int source,
        int first,
        int end,
        ReadOnlySpan<ulong> selected,
        in VectorQuery query,
        float bound,
        QueryScratch scratch,
        HitList hits)
    {
        IRowSource rows = sources[source].Rows;
        VectorColumn? vectors = rows.GetVectors(query.Field);
        if (vectors is null || first == end)
        {
            return 0;
        }

        TopK nearest = scratch.TopK;
        scratch.Order.Rows = rows;
        nearest.Reset(query.HitCount, bound, scratch.Order);
        long scored = FlatSearcher.Search(
            query.Metric, vectors, query.Vector.Span, query.Norm, first, end, selected, nearest);
        Span<ScoredRow> found = scratch.GetRows(query.HitCount);
        hits.Merge(source, found[..nearest.DrainSorted(found)], sources);
        return scored;
    }
}
