using Tidepool.Index.Ranking;
using Tidepool.Snapshots;

namespace Tidepool.Querying;

/// <summary>The best hits over several sources, nearest first, ties in id order.</summary>
/// <remarks>Used by one thread at a time; its arrays are kept for the next query.</remarks>
internal sealed class HitList
{
    private Hit[] _hits = [];
    private Hit[] _spare = [];
    private int _capacity;

    internal int Count { get; private set; }

    internal ReadOnlySpan<Hit> Hits => _hits.AsSpan(0, Count);

    internal bool IsFull => Count == _capacity;

    /// <summary>Rows farther than this cannot enter; equal ones may, by their id.</summary>
    internal float GetBound(float maxDistance) => IsFull ? _hits[Count - 1].Distance : maxDistance;

    internal void Reset(int capacity)
    {
        if (_hits.Length < capacity)
        {
            _hits = new Hit[capacity];
            _spare = new Hit[capacity];
        }

        _capacity = capacity;
        Count = 0;
    }

    /// <summary>Adds a source's best rows, nearest first with ties in id order.</summary>
    internal void Merge(int source, ReadOnlySpan<ScoredRow> rows, ReadOnlySpan<SnapshotSource> sources)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        int taken = 0;
        int kept = 0;
        int merged = 0;
        for (; merged < _capacity && (kept < Count || taken < rows.Length); merged++)
        {
            bool takeRow = kept == Count || (taken < rows.Length &&
                Compares(new Hit(source, rows[taken].Ordinal, rows[taken].Distance), _hits[kept], sources) < 0);
            _spare[merged] = takeRow
                ? new Hit(source, rows[taken].Ordinal, rows[taken++].Distance)
                : _hits[kept++];
        }

        (_hits, _spare) = (_spare, _hits);
        Count = merged;
    }

    /// <summary>Adds another list over the same sources.</summary>
    internal void Merge(HitList other, ReadOnlySpan<SnapshotSource> sources)
    {
        int taken = 0;
        int kept = 0;
        int merged = 0;
        for (; merged < _capacity && (kept < Count || taken < other.Count); merged++)
        {
            bool takeOther = kept == Count ||
                (taken < other.Count && Compares(other._hits[taken], _hits[kept], sources) < 0);
            _spare[merged] = takeOther ? other._hits[taken++] : _hits[kept++];
        }

        (_hits, _spare) = (_spare, _hits);
        Count = merged;
    }

    private static int Compares(Hit left, Hit right, ReadOnlySpan<SnapshotSource> sources)
    {
        int byDistance = left.Distance.CompareTo(right.Distance);
        return byDistance != 0
            ? byDistance
            : sources[left.Source].Rows.GetKey(left.Ordinal).CompareTo(
                sources[right.Source].Rows.GetKey(right.Ordinal));
    }
}
