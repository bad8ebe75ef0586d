using Tidepool.Index.Bitmaps;
using Tidepool.Snapshots;

namespace Tidepool.Querying;

/// <summary>Runs searches over a snapshot. Stateless but for the cores it shares out; any thread may call.</summary>
internal sealed class QueryExecutor(WorkerBudget budget)
{
    /// <summary>Bytes of vectors below which waking a second thread costs more than it saves.</summary>
    private const long BytesPerWorker = 8 * 1024 * 1024;

    internal SearchOutcome Search(Snapshot snapshot, in VectorQuery query, CancellationToken cancellationToken)
    {
        SnapshotSource[] sources = snapshot.Sources;
        long bytes = 0;
        long unindexed = 0;
        foreach (SnapshotSource source in sources)
        {
            bytes += (long)source.Rows.RowCount * query.Vector.Length * sizeof(float);
            unindexed += source.IsSegment ? 0 : source.LiveCount;
        }

        int workers = budget.Enter((int)Math.Min(int.MaxValue, 1 + (bytes / BytesPerWorker)));
        try
        {
            return workers == 1
                ? SearchAlone(sources, query, unindexed, cancellationToken)
                : SearchTogether(sources, query, unindexed, workers, cancellationToken);
        }
        finally
        {
            budget.Leave(workers);
        }
    }

    private static SearchOutcome SearchAlone(
        SnapshotSource[] sources, in VectorQuery query, long unindexed, CancellationToken cancellationToken)
    {
        QueryScratch scratch = QueryScratch.OfThisThread;
        HitList hits = scratch.Hits;
        hits.Reset(query.HitCount);
        long scored = 0;
        for (int source = 0; source < sources.Length; source++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RowSelection selected = RowSelection.Of(sources[source], query.Filter, scratch.GetSelection(0));
            scored += SourceScan.Search(
                sources,
                source,
                0,
                sources[source].Rows.RowCount,
                selected.Words.Span,
                query,
                hits.GetBound(query.MaxDistance),
                scratch,
                hits);
        }

        return new SearchOutcome(hits, scored, unindexed, Workers: 1);
    }

    private static SearchOutcome SearchTogether(
        SnapshotSource[] sources,
        in VectorQuery query,
        long unindexed,
        int workers,
        CancellationToken cancellationToken)
    {
        QueryScratch scratch = QueryScratch.OfThisThread;
        var selections = new ReadOnlyMemory<ulong>[sources.Length];
        for (int source = 0; source < sources.Length; source++)
        {
            RowBitmap selection = scratch.GetSelection(source);
            selections[source] = RowSelection.Of(sources[source], query.Filter, selection).Words;
        }

        var search = new ParallelSearch(sources, selections, query, cancellationToken);
        HitList hits = search.Run(workers - 1);
        return new SearchOutcome(hits, search.VectorsScored, unindexed, workers);
    }
}
