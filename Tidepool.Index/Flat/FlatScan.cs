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

    // So many of the rows that lie apart are collected, and asked for so many rows before they are measured: what the
    // processor guesses wrong about the bitmap does not stop it from reading on.
    private const int CollectedRows = 256;
    private const int RowsAhead = 8;

    // The same where the rows do not lie side by side: so many that the first are still in the nearest cache.
    private const int AskedRows = 32;

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
    private int _collectedCount;

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
        Span<int> collected = stackalloc int[CollectedRows];
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
                if (_collectedCount + count > CollectedRows)
                {
                    MeasureCollected(end, collected);
                }

                for (; wanted != 0; wanted &= wanted - 1)
                {
                    collected[_collectedCount++] = wordStart + BitOperations.TrailingZeroCount(wanted);
                }
            }

            ordinal = wordEnd;
        }

        MeasureCollected(end, collected);
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

        // Not IndexOfAnyExcept: the few words between two rows of a filter are passed before that has begun.
        ReadOnlySpan<ulong> words = _selected[..((end + 63) >> 6)];
        int word = ordinal >> 6;
        while (word < words.Length && words[word] == 0)
        {
            word++;
        }

        return Math.Min(end, word << 6);
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

    /// <summary>Measures the rows collected and offers them.</summary>
    private void MeasureCollected(int end, scoped Span<int> collected)
    {
        ReadOnlySpan<int> ordinals = collected[.._collectedCount];
        _collectedCount = 0;
        if (ordinals.IsEmpty)
        {
            return;
        }

        EnsureLoaded(ordinals[0], ordinals[0] + 1, end);
        if (ordinals[^1] < _loadedEnd)
        {
            MeasureLoaded(ordinals);
            return;
        }

        for (int first = 0; first < ordinals.Length; first += AskedRows)
        {
            MeasureScattered(ordinals.Slice(first, Math.Min(AskedRows, ordinals.Length - first)), end);
        }
    }

    /// <summary>Measures rows that must be loaded one part after the other.</summary>
    private void MeasureScattered(scoped ReadOnlySpan<int> ordinals, int end)
    {
        foreach (int ordinal in ordinals)
        {
            EnsureLoaded(ordinal, ordinal + 1, end);
            Prefetch.Read(_vectors.Slice((ordinal - _loadedFirst) * _query.Length, _query.Length));
        }

        while (!ordinals.IsEmpty)
        {
            EnsureLoaded(ordinals[0], ordinals[0] + 1, end);
            int count = 1;
            while (count < ordinals.Length && ordinals[count] < _loadedEnd)
            {
                count++;
            }

            MeasureLoaded(ordinals[..count]);
            ordinals = ordinals[count..];
        }
    }

    /// <summary>Measures rows of those loaded and offers them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void MeasureLoaded(scoped ReadOnlySpan<int> ordinals)
    {
        ReadOnlySpan<float> query = _query;
        ReadOnlySpan<float> vectors = _vectors;
        ReadOnlySpan<float> norms = _norms;
        int first = _loadedFirst;
        float bound = _top.Bound;
        for (int i = 0; i < ordinals.Length; i++)
        {
            if (i + RowsAhead < ordinals.Length)
            {
                int next = ordinals[i + RowsAhead] - first;
                Prefetch.Read(vectors.Slice(next * query.Length, query.Length));
                if (TDistance.UsesNorms)
                {
                    Prefetch.Read(norms.Slice(next, 1));
                }
            }

            int row = ordinals[i] - first;
            float distance = RowBlock.Measure<TTerm, TDistance>(
                query,
                _queryNorm,
                vectors.Slice(row * query.Length, query.Length),
                TDistance.UsesNorms ? norms[row] : 0);
            if (distance <= bound)
            {
                _top.Offer(distance, ordinals[i]);
                bound = _top.Bound;
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

    /// <summary>Makes rows readable: those up to wantedEnd, or more where every row is wanted or costs nothing.
    /// </summary>
    private void Load(int ordinal, int wantedEnd, int end)
    {
        int run = Math.Min(_rows.GetRunLength(ordinal), end - ordinal);
        int count = run == end - ordinal ? run
            : _selected.IsEmpty && _presence.IsEmpty ? Math.Min(run, Math.Max(64, (LoadFloats / _query.Length) & ~63))
            : Math.Max(Math.Min(run, wantedEnd - ordinal), Math.Min(_rows.GetReadyLength(ordinal), end - ordinal));
        _vectors = _rows.GetRun(ordinal, count);
        if (TDistance.UsesNorms)
        {
            _norms = _rows.GetNorms(ordinal, count);
        }

        _loadedFirst = ordinal;
        _loadedEnd = ordinal + count;
    }
}
