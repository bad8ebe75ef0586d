using Tidepool.Index.Vectors;
using Tidepool.Snapshots;

namespace Tidepool.Querying;

/// <summary>Runs searches over a snapshot. Stateless but for the cores and the memory it shares out; any thread may
/// call.</summary>
internal sealed class QueryExecutor(WorkerBudget budget, FilterCache filters)
{
    /// <summary>Bytes of vectors to scan below which waking a second thread costs more than it saves.</summary>
    private const long BytesPerWorker = 8 * 1024 * 1024;

    /// <summary>The same in indexes to search.</summary>
    private const int IndexesPerWorker = 8;

    internal SearchOutcome Search(Snapshot snapshot, in VectorQuery query, CancellationToken cancellationToken)
    {
        SnapshotSource[] sources = snapshot.Sources;
        QueryScratch scratch = QueryScratch.OfThisThread;
        SourcePlan[] plans = scratch.GetPlans(sources.Length);
        try
        {
            return Search(sources, plans, query, scratch, cancellationToken);
        }
        finally
        {
            Array.Clear(plans, 0, sources.Length); // A pooled plan must not keep an index alive.
        }
    }

    private SearchOutcome Search(
        SnapshotSource[] sources,
        SourcePlan[] plans,
        in VectorQuery query,
        QueryScratch scratch,
        CancellationToken cancellationToken)
    {
        long bytes = 0;
        long unindexed = 0;
        int indexes = 0;
        for (int source = 0; source < sources.Length; source++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            plans[source] = Plan(sources[source], source, query, scratch);
            unindexed += sources[source].IsSegment ? 0 : sources[source].LiveCount;
            if (plans[source].Index is null)
            {
                bytes += (long)plans[source].Selected.Count * query.Vector.Length * sizeof(float);
            }
            else
            {
                indexes++;
            }
        }

        long wanted = 1 + (bytes / BytesPerWorker) + (indexes / IndexesPerWorker);
        int workers = budget.Enter((int)Math.Min(int.MaxValue, wanted));
        try
        {
            SearchOutcome outcome = workers == 1
                ? SearchAlone(sources, plans, query, scratch, cancellationToken)
                : SearchTogether(sources, plans, query, workers, cancellationToken);
            return outcome with
            {
                UnindexedScanned = unindexed,
                Work = outcome.Work with { IsFiltered = query.Filter is not null },
            };
        }
        finally
        {
            budget.Leave(workers);
        }
    }

    private SourcePlan Plan(SnapshotSource source, int number, in VectorQuery query, QueryScratch scratch)
    {
        RowSelection selected = filters.Select(source, query.Filter, scratch.GetSelection(number));
        IVectorIndex? index = query.Aim.IsExact ? null : source.Segment?.FindIndex(query.Field);
        bool usesIndex = SourcePlanner.UsesIndex(
            query.Aim, query.HitCount, source.DocumentCount, selected.Count, index);
        return new SourcePlan(usesIndex ? index : null, selected);
    }

    private static SearchOutcome SearchAlone(
        SnapshotSource[] sources,
        SourcePlan[] plans,
        in VectorQuery query,
        QueryScratch scratch,
        CancellationToken cancellationToken)
    {
        HitList hits = scratch.Hits;
        hits.Reset(query.HitCount);
        SearchWork work = default;
        for (int source = 0; source < sources.Length; source++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SourceSearch.Search(
                sources,
                source,
                0,
                sources[source].Rows.RowCount,
                plans[source],
                query,
                hits.GetBound(query.MaxDistance),
                scratch,
                hits,
                ref work);
        }

        return new SearchOutcome(hits, work, UnindexedScanned: 0, Workers: 1);
    }

    private static SearchOutcome SearchTogether(
        SnapshotSource[] sources,
        SourcePlan[] plans,
        in VectorQuery query,
        int workers,
        CancellationToken cancellationToken)
    {
        var search = new ParallelSearch(sources, plans, query, cancellationToken);
        HitList hits = search.Run(workers - 1);
        return new SearchOutcome(hits, search.WorkDone, UnindexedScanned: 0, workers);
    }
}
