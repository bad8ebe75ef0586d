using System.Runtime.ExceptionServices;
using Tidepool.Snapshots;

namespace Tidepool.Querying;

/// <summary>One query over a snapshot's sources, run by its own thread and further workers.</summary>
/// <remarks>Work is handed out in ranges of rows, and an index as a whole. The query's thread never waits for a worker
/// that has not begun: it closes the search when no work is left, and a worker that comes later finds it
/// closed.</remarks>
internal sealed class ParallelSearch(
    SnapshotSource[] sources,
    SourcePlan[] plans,
    VectorQuery query,
    CancellationToken cancellationToken)
    : IThreadPoolWorkItem
{
    private const int RowsPerRange = 4096;

    private readonly object _gate = new();
    private readonly HitList _merged = new();
    private int _nextSource;
    private int _nextOrdinal;
    private int _active;
    private bool _closed;
    private SearchWork _workDone;
    private float _bound = query.MaxDistance;
    private Exception? _failure;

    internal SearchWork WorkDone => _workDone;

    /// <summary>Searches with this thread and up to as many further ones.</summary>
    /// <returns>The best hits over all sources.</returns>
    internal HitList Run(int furtherWorkers)
    {
        _merged.Reset(query.HitCount);
        for (int worker = 0; worker < furtherWorkers; worker++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        ((IThreadPoolWorkItem)this).Execute();
        lock (_gate)
        {
            _closed = true;
            while (_active > 0)
            {
                Monitor.Wait(_gate);
            }
        }

        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }

        return _merged;
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _active++;
        }

        Exception? failure = null;
        try
        {
            Work();
        }
        catch (Exception exception)
        {
            failure = exception; // Handed to the query's thread.
        }

        lock (_gate)
        {
            _failure ??= failure;
            _closed |= failure is not null;
            _active--;
            Monitor.PulseAll(_gate);
        }
    }

    private void Work()
    {
        QueryScratch scratch = QueryScratch.OfThisThread;
        HitList hits = scratch.Hits;
        hits.Reset(query.HitCount);
        SearchWork work = default;
        while (TryTakeRange(out int source, out int first, out int end))
        {
            cancellationToken.ThrowIfCancellationRequested();
            float bound = Math.Min(hits.GetBound(query.MaxDistance), Volatile.Read(ref _bound));
            SourceSearch.Search(
                sources, source, first, end, plans[source], query, bound, scratch, hits, ref work);
            if (hits.IsFull)
            {
                LowerBound(hits.GetBound(query.MaxDistance));
            }
        }

        lock (_gate)
        {
            _workDone.Add(work);
            _merged.Merge(hits, sources);
        }
    }

    private bool TryTakeRange(out int source, out int first, out int end)
    {
        lock (_gate)
        {
            while (_nextSource < sources.Length && _nextOrdinal >= sources[_nextSource].Rows.RowCount)
            {
                _nextSource++;
                _nextOrdinal = 0;
            }

            source = _nextSource;
            first = _nextOrdinal;
            int rowCount = _closed || source == sources.Length ? first : sources[source].Rows.RowCount;
            bool isWhole = rowCount > first && plans[source].Index is not null;
            end = isWhole ? rowCount : Math.Min(first + RowsPerRange, rowCount);
            _nextOrdinal = end;
            return end > first;
        }
    }

    /// <summary>Lets the other workers skip what cannot be among the best any more.</summary>
    private void LowerBound(float bound)
    {
        lock (_gate)
        {
            _bound = Math.Min(_bound, bound);
        }
    }
}
