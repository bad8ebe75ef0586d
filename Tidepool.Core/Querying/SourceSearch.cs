using Tidepool.Index.Binary;
using Tidepool.Index.Ranking;
using Tidepool.Index.Vectors;
using Tidepool.Snapshots;

namespace Tidepool.Querying;

/// <summary>The search of one source, or of a part of it, as planned.</summary>
internal static class SourceSearch
{
    /// <summary>Adds the nearest of ordinals [first, end) of a source to the hits; an index is searched as a
    /// whole.</summary>
    internal static void Search(
        SnapshotSource[] sources,
        int source,
        int first,
        int end,
        in SourcePlan plan,
        in VectorQuery query,
        float bound,
        QueryScratch scratch,
        HitList hits,
        ref SearchWork work)
    {
        SegmentFormatException? damage = null;
        if (plan.Index is { } index)
        {
            damage = TrySearchIndex(index, sources, source, plan, query, bound, scratch, hits, ref work);
            if (damage is null)
            {
                return;
            }
        }

        long scored = SourceScan.Search(
            sources, source, first, end, plan.Selected.Words.Span, query, bound, scratch, hits);
        if (damage is not null)
        {
            sources[source].Segment!.MarkIndexDamaged(query.Field, damage); // Not before: its vectors may be, instead.
        }

        work.VectorsScored += scored;
        work.ExactScored += scored;
        if (first == 0)
        {
            CountScan(sources[source], query.Field, ref work);
        }
    }

    /// <summary>Searches an index; what proves it to be damaged otherwise, and then there are no hits of it.</summary>
    private static SegmentFormatException? TrySearchIndex(
        IVectorIndex index,
        SnapshotSource[] sources,
        int source,
        in SourcePlan plan,
        in VectorQuery query,
        float bound,
        QueryScratch scratch,
        HitList hits,
        ref SearchWork work)
    {
        SnapshotSource searched = sources[source];
        TopK nearest = scratch.TopK;
        scratch.Order.Rows = searched.Rows;
        nearest.Reset(query.HitCount, bound, scratch.Order);
        bool isRestricted = query.Filter is not null || searched.Dead.Count > 0; // Padding the index knows itself.
        var indexQuery = new IndexQuery
        {
            Vector = query.Vector.Span,
            Norm = query.Norm,
            K = query.HitCount,
            RecallTarget = query.Aim.RecallTarget,
            Breadth = SourcePlanner.GetBreadth(query.Aim, index.Settings.Kind),
            Selected = isRestricted ? plan.Selected.Words.Span : default,
            SelectedCount = plan.Selected.Count,
        };
        IndexCounters counters = default;
        try
        {
            index.Search(indexQuery, nearest, ref counters);
        }
        catch (SegmentFormatException damage)
        {
            return damage;
        }

        Span<ScoredRow> found = scratch.GetRows(query.HitCount);
        hits.Merge(source, found[..nearest.DrainSorted(found)], sources);
        Count(index.Settings.Kind, counters, ref work);
        return null;
    }

    private static void Count(IndexKind kind, in IndexCounters counters, ref SearchWork work)
    {
        if (kind == IndexKind.Hnsw)
        {
            work.HnswSegments++;
            work.NodesVisited += counters.Visited;
        }
        else
        {
            work.IvfSegments++;
            work.CellsProbed += counters.Visited;
        }

        work.CoarseScored += counters.CoarseScored;
        work.FineScored += counters.FineScored;
        work.ExactScored += counters.ExactScored;

        // Each comparison is made for some of the rows that passed the one before.
        work.VectorsScored += Math.Max(counters.CoarseScored, Math.Max(counters.FineScored, counters.ExactScored));
    }

    private static void CountScan(SnapshotSource source, string field, ref SearchWork work)
    {
        if (source.Segment is not { } segment)
        {
            work.ScannedTails++;
            return;
        }

        work.ScannedSegments++;
        work.DamagedIndexes += segment.HasDamagedIndex(field) ? 1 : 0;
    }
}
