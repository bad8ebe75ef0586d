using Tidepool.Index.Distance;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>One search: cells from the nearest on, until the rule of <see cref="GammaTable"/> says that the share
/// asked for is reached; then the vectors of the candidates.</summary>
internal ref struct IvfScan
{
    // How many cells are scanned before the share of selected rows among theirs is looked at again.
    private const int CellsBetweenLooks = 4;

    // The nearest cells, whose rows are looked at together before any is compared further.
    private const int MaxFirstCells = 8;
    private const float FirstShare = 0.25f;

    // Selected rows are far off where the cells hold less than this part of their share.
    private const float FarShare = 0.9f;

    // By how many times itself γ grows where a filter leaves next to nothing around the query.
    private const float FarRowsFactor = 1;

    private readonly IvfSearcher _index;
    private readonly IndexQuery _query;
    private readonly IvfScratch _scratch;
    private CellScan _scan;

    internal IvfScan(IvfSearcher index, VectorColumn rows, in IndexQuery query, TopK top, IvfScratch scratch)
    {
        _index = index;
        _query = query;
        _scratch = scratch;
        _scan = new CellScan(index, rows, query, top, scratch);
    }

    /// <summary>Takes how much was done after each cell, where the number of cells is given.</summary>
    internal Span<float> Works { get; init; }

    internal void Run(ref IndexCounters counters)
    {
        Span<float> keys = _scratch.GetKeys(_index.Cells.Head.Cells.Length);
        _scan.MeasureCenters(keys);
        Span<int> first = stackalloc int[MaxFirstCells];
        first = first[..TakeFirst(keys, first, out float least)];
        _scan.ScanFirst(first);
        if (_query.Breadth > 0)
        {
            ScanNearest(keys, first.Length);
        }
        else
        {
            ScanUntilSure(keys, least);
        }

        if (_scan.HasCodes)
        {
            _scan.Rerank();
        }

        IndexCounters done = _scan.Counters;
        counters.Visited += done.Visited;
        counters.CoarseScored += done.CoarseScored;
        counters.FineScored += done.FineScored;
        counters.ExactScored += done.ExactScored;
    }

    /// <summary>Takes the nearest cells out: a part of those that the search is expected to scan, and two at
    /// least.</summary>
    private readonly int TakeFirst(Span<float> keys, scoped Span<int> cells, out float least)
    {
        float expected = _query.Breadth > 0
            ? _query.Breadth
            : _index.Cells.Head.Gammas.GetCellCount(_query.RecallTarget, _query.K);
        int fewest = _query.Breadth == 1 ? 1 : 2;
        int most = Works.IsEmpty ? cells.Length : fewest;
        int count = Math.Min(keys.Length, Math.Clamp((int)(expected * FirstShare), fewest, most));
        least = float.PositiveInfinity;
        for (int i = 0; i < count; i++)
        {
            cells[i] = CodeKeys.FindSmallest(keys);
            least = Math.Min(least, keys[cells[i]]);
            keys[cells[i]] = float.PositiveInfinity;
        }

        return count;
    }

    private void ScanNearest(ReadOnlySpan<float> keys, int scanned)
    {
        CellQueue queue = FillQueue(keys, float.NegativeInfinity, float.MaxValue);
        Note(0, scanned);
        for (; scanned < _query.Breadth && queue.Count > 0; scanned++)
        {
            ScanNext(queue, isLast: scanned + 1 == _query.Breadth);
            Note(scanned, 1);
        }
    }

    /// <summary>Notes what was done, if that is wanted, after some cells from a first one on.</summary>
    private readonly void Note(int first, int count)
    {
        if (!Works.IsEmpty)
        {
            Works.Slice(first, count).Fill(_scan.Work);
        }
    }

    private void ScanUntilSure(ReadOnlySpan<float> keys, float least)
    {
        float gamma = GetGamma(out float most);
        float origin = _scan.IsFull ? least : float.NaN;
        float limit = GetLimit(least, gamma);
        CellQueue queue = FillQueue(keys, float.NegativeInfinity, limit);
        for (int count = 1; queue.Count > 0; count++)
        {
            if (_scan.IsFull && (_scan.Work >= most || queue.Peek().Key - origin > gamma * GetUnit()))
            {
                break;
            }

            int rowCount = _index.Cells.Head.Cells[queue.Peek().Cell].RowCount;
            float key = ScanNext(queue, isLast: _scan.Work + rowCount >= most);
            if (float.IsNaN(origin) && _scan.IsFull)
            {
                origin = key;
            }

            if (_query.Selected.IsEmpty || (count % CellsBetweenLooks != 0 && queue.Count > 0))
            {
                continue;
            }

            gamma = GetGamma(out most);
            float farther = GetLimit(least, gamma);
            if (queue.Count == 0 && farther > limit)
            {
                queue = FillQueue(keys, limit, farther);
                limit = farther;
            }
        }
    }

    /// <summary>Scans the nearest cell of a queue, and asks for the one behind it.</summary>
    /// <param name="queue">The cells.</param>
    /// <param name="isLast">Whether none is scanned behind it: of a cold segment, it may not be there.</param>
    /// <returns>Its key.</returns>
    private float ScanNext(CellQueue queue, bool isLast)
    {
        (float key, int cell) = queue.Peek();
        queue.RemoveFirst();
        if (!isLast && queue.Count > 0)
        {
            _scan.Prefetch(queue.Peek().Cell);
        }

        _scan.Scan(cell);
        return key;
    }

    /// <summary>The largest key of a cell to be scanned, as far as is known now.</summary>
    private readonly float GetLimit(float least, float gamma) =>
        _scan.IsFull ? least + (gamma * GetUnit()) : float.MaxValue;

    /// <summary>γ for what is selected, which is as if k / share neighbours of all rows were wanted, and the most
    /// work.</summary>
    /// <remarks>Where a filter has to do with the vectors, fewer rows are selected around the query than elsewhere: the
    /// share is then that of the cells seen so far. The selected rows are also farther off than those that γ was
    /// measured with, and lie in more cells, of which it is not known how many are enough.</remarks>
    private readonly float GetGamma(out float most)
    {
        double share = (double)_query.SelectedCount / _index.Cells.RowCount;
        double seen = share;
        if (!_query.Selected.IsEmpty)
        {
            seen = Math.Min(share, (_scan.Counters.CoarseScored + 1.0) / (_scan.PassedRows + 1.0));
        }

        double wanted = _query.K / Math.Clamp(seen, 1e-9, 1);
        GammaTable gammas = _index.Cells.Head.Gammas;
        float far = 1 + (FarRowsFactor * (float)(1 - (seen / share)));
        most = seen < share * FarShare
            ? float.MaxValue
            : gammas.GetMostWork(_query.RecallTarget, wanted);
        return far * gammas.GetGamma(_query.RecallTarget, wanted);
    }

    /// <summary>What γ is multiplied by.</summary>
    private readonly float GetUnit() => _index.Cells.Head.Metric == Metric.DotProduct
        ? _index.Cells.Spread * MathF.Sqrt(_scan.SquaredNorm)
        : _scan.Threshold;

    /// <summary>The cells whose keys are greater than one and at most another.</summary>
    private readonly CellQueue FillQueue(ReadOnlySpan<float> keys, float above, float limit)
    {
        CellQueue queue = _scratch.Cells;
        queue.Clear();
        for (int i = CodeKeys.FindNextAtMost(keys, 0, limit);
            i < keys.Length;
            i = CodeKeys.FindNextAtMost(keys, i + 1, limit))
        {
            if (keys[i] > above)
            {
                queue.Add(keys[i], i);
            }
        }

        queue.Arrange();
        return queue;
    }
}
