using System.Diagnostics;

namespace Tidepool.Index.Ranking;

/// <summary>The k closest rows offered since the last <see cref="Reset"/>, by distance and then by row order.</summary>
/// <remarks>
/// A heap with the worst row on top. Belongs to one thread at a time; keeps its memory between queries, and takes only
/// as much as there are rows, however large k is.
/// </remarks>
internal sealed class TopK
{
    private ScoredRow[] _heap = new ScoredRow[16];
    private IRowOrder? _tieBreak;
    private float _maxDistance = float.PositiveInfinity;
    private int _k = 1;

    /// <summary>How many rows are kept now.</summary>
    internal int Count { get; private set; }

    /// <summary>The largest distance that can still get in; rows further away need not be offered.</summary>
    /// <remarks>Inclusive: a row at the bound gets in if it comes before the worst one kept.</remarks>
    internal float Bound { get; private set; } = float.PositiveInfinity;

    /// <summary>Empties it for another query.</summary>
    /// <param name="k">How many rows to keep; at least 1.</param>
    /// <param name="maxDistance">Rows further away are not kept; inclusive.</param>
    /// <param name="tieBreak">Orders rows of one distance; null for the order of ordinals.</param>
    internal void Reset(int k, float maxDistance = float.PositiveInfinity, IRowOrder? tieBreak = null)
    {
        Debug.Assert(k > 0);
        Debug.Assert(!float.IsNaN(maxDistance));
        _k = k;
        _maxDistance = maxDistance;
        _tieBreak = tieBreak;
        Count = 0;
        Bound = maxDistance;
    }

    /// <summary>Keeps the row if it is among the k closest so far. NaN counts as positive infinity.</summary>
    internal void Offer(float distance, int ordinal)
    {
        var row = new ScoredRow(float.IsNaN(distance) ? float.PositiveInfinity : distance, ordinal);
        if (row.Distance > Bound)
        {
            return;
        }

        if (Count < _k)
        {
            Push(row);
        }
        else if (IsBefore(row, _heap[0]))
        {
            SiftDown(_heap.AsSpan(0, Count), row);
        }
        else
        {
            return;
        }

        if (Count == _k)
        {
            Bound = _heap[0].Distance;
        }
    }

    /// <summary>Moves the rows out, closest first, and returns how many there were; ends the query.</summary>
    /// <param name="destination">At least <see cref="Count"/> long.</param>
    internal int DrainSorted(Span<ScoredRow> destination)
    {
        int count = Count;
        for (int last = count - 1; last >= 0; last--)
        {
            destination[last] = _heap[0];
            SiftDown(_heap.AsSpan(0, last), _heap[last]);
        }

        Count = 0;
        Bound = _maxDistance;
        _tieBreak = null; // A pooled heap must not keep a snapshot alive.
        return count;
    }

    private bool IsBefore(ScoredRow a, ScoredRow b)
    {
        if (a.Distance != b.Distance)
        {
            return a.Distance < b.Distance;
        }

        return _tieBreak is null ? a.Ordinal < b.Ordinal : _tieBreak.Compare(a.Ordinal, b.Ordinal) < 0;
    }

    private void Push(ScoredRow row)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Math.Min(_k, (int)Math.Min(2L * Count, Array.MaxLength)));
        }

        int hole = Count++;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 1;
            if (!IsBefore(_heap[parent], row))
            {
                break;
            }

            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = row;
    }

    /// <summary>Replaces the worst row of a heap; does nothing to an empty one.</summary>
    private void SiftDown(Span<ScoredRow> heap, ScoredRow row)
    {
        if (heap.IsEmpty)
        {
            return;
        }

        int hole = 0;
        while (true)
        {
            int child = (2 * hole) + 1;
            if (child >= heap.Length)
            {
                break;
            }

            if (child + 1 < heap.Length && IsBefore(heap[child], heap[child + 1]))
            {
                child++;
            }

            if (!IsBefore(row, heap[child]))
            {
                break;
            }

            heap[hole] = heap[child];
            hole = child;
        }

        heap[hole] = row;
    }
}
