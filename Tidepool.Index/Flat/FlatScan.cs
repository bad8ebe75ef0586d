using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using Tidepool.Index.Distance;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Flat;

/// <summary>One pass of a query over the rows of a column, 64 ordinals (one word of a bitmap) at a time.</summary>
internal ref struct FlatScan<TTerm, TDistance>
    where TTerm : struct, ITerm
    where TDistance : struct, IDistance
{
    // With fewer selected rows in a block than this, the rows between them are skipped instead of measured for nothing.
    private const int DenseRows = 24;

    // How much is asked of the column at once when all rows are wanted: few calls, yet what the column has to verify
    // on first touch is still in the cache when it is measured.
    private const int LoadFloats = 64 * 1024;

    private readonly VectorColumn _rows;
    private readonly ReadOnlySpan<float> _query;
    private readonly float _queryNorm;
    private readonly ReadOnlySpan<ulong> _selected;
    private readonly ReadOnlySpan<ulong> _presence;
    private readonly TopK _top;
    private ReadOnlySpan<float> _vectors;
    private ReadOnlySpan<float> _norms;
    private int _loadedFirst;
    private int _loadedEnd;

    internal FlatScan(
        VectorColumn rows, ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<ulong> selected, TopK top)
    {
        Debug.Assert(query.Length == rows.Dimensions);
        _rows = rows;
        _query = query;
        _queryNorm = queryNorm;
        _selected = selected;
        _presence = rows.Presence;
        _top = top;
    }

    /// <summary>Offers the wanted rows of [first, end) and returns how many there were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Run(int first, int end)
    {
        Span<float> distances = stackalloc float[RowBlock.MaxRows];
        int scored = 0;
        int ordinal = first;
        while (ordinal < end)
        {
            int word = ordinal >> 6;
            int wordStart = word << 6;
            int wordEnd = Math.Min(end - wordStart, 64) + wordStart;
            ulong wanted = GetWord(word) & GetBits(ordinal - wordStart, wordEnd - wordStart);
            int count = BitOperations.PopCount(wanted);
            if (count == 0)
            {
                ordinal = SkipEmptyWords(wordEnd, end);
                continue;
            }

            scored += count;
            if (count >= DenseRows)
            {
                int from = BitOperations.TrailingZeroCount(wanted);
                int to = 64 - BitOperations.LeadingZeroCount(wanted);
                MeasureDense(wordStart, from, to, wanted, end, distances);
            }
            else
            {
                MeasureSparse(wordStart, wanted, end);
            }

            ordinal = wordEnd;
        }

        return scored;
    }

    /// <summary>The bits [from, to), where 0 &lt;= from &lt; to &lt;= 64.</summary>
    private static ulong GetBits(int from, int to) => (ulong.MaxValue << from) & (ulong.MaxValue >> (64 - to));

    private readonly ulong GetWord(int word) =>
        (_selected.IsEmpty ? ulong.MaxValue : _selected[word]) & (_presence.IsEmpty ? ulong.MaxValue : _presence[word]);

    private readonly int SkipEmptyWords(int ordinal, int end)
    {
        if (ordinal >= end || _selected.IsEmpty)
        {
            return ordinal;
        }

        int word = ordinal >> 6;
        int empty = _selected[word..].IndexOfAnyExcept(0UL);
        return empty < 0 ? end : Math.Min(end, (word + empty) << 6);
    }

    /// <summary>Measures rows [from, to) of a word's 64 and offers the wanted ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MeasureDense(int wordStart, int from, int to, ulong wanted, int end, scoped Span<float> distances)
    {
        while (from < to)
        {
            int ordinal = wordStart + from;
            EnsureLoaded(ordinal, wordStart + to, end);
            int count = Math.Min(to - from, _loadedEnd - ordinal);
            int skipped = ordinal - _loadedFirst;
            ulong near = RowBlock.Measure<TTerm, TDistance>(
                _query,
                _queryNorm,
                _vectors.Slice(skipped * _query.Length, count * _query.Length),
                TDistance.UsesNorms ? _norms.Slice(skipped, count) : default,
                wanted >> from,
                _top.Bound,
                distances[..count]);
            for (; near != 0; near &= near - 1)
            {
                int i = BitOperations.TrailingZeroCount(near);
                _top.Offer(distances[i], ordinal + i);
            }

            from += count;
        }
    }

    /// <summary>Measures the wanted rows of a word's 64 one by one and offers them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MeasureSparse(int wordStart, ulong wanted, int end)
    {
        int wantedEnd = wordStart + 64 - BitOperations.LeadingZeroCount(wanted);
        for (; wanted != 0; wanted &= wanted - 1)
        {
            int ordinal = wordStart + BitOperations.TrailingZeroCount(wanted);
            EnsureLoaded(ordinal, wantedEnd, end);
            int skipped = ordinal - _loadedFirst;
            float distance = RowBlock.Measure<TTerm, TDistance>(
                _query,
                _queryNorm,
                _vectors.Slice(skipped * _query.Length, _query.Length),
                TDistance.UsesNorms ? _norms[skipped] : 0);
            if (distance <= _top.Bound)
            {
                _top.Offer(distance, ordinal);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnsureLoaded(int ordinal, int wantedEnd, int end)
    {
        if (ordinal < _loadedFirst || ordinal >= _loadedEnd)
        {
            Load(ordinal, wantedEnd, end);
        }
    }

    /// <summary>Makes rows readable: those up to wantedEnd, or more where every row is wanted.</summary>
    private void Load(int ordinal, int wantedEnd, int end)
    {
        int count = _selected.IsEmpty && _presence.IsEmpty
            ? Math.Min(end - ordinal, Math.Max(64, (LoadFloats / _query.Length) & ~63))
            : wantedEnd - ordinal;
        count = Math.Min(count, _rows.GetRunLength(ordinal));
        _vectors = _rows.GetRun(ordinal, count);
        if (TDistance.UsesNorms)
        {
            _norms = _rows.GetNorms(ordinal, count);
        }

        _loadedFirst = ordinal;
        _loadedEnd = ordinal + count;
    }
}
