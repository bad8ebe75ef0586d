using System.Numerics;
using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Snapshots;

/// <summary>Some rows of a source.</summary>
/// <param name="words">One bit per ordinal; empty for all rows.</param>
/// <param name="rowCount">How many ordinals the source has.</param>
/// <param name="knownCount">How many rows are selected; -1 to count them when it is asked for.</param>
internal readonly struct RowSelection(ReadOnlyMemory<ulong> words, int rowCount, int knownCount = -1)
{
    /// <summary>One bit per ordinal; empty when all are selected.</summary>
    internal ReadOnlyMemory<ulong> Words { get; } = words;

    internal int Count => knownCount >= 0 ? knownCount
        : Words.IsEmpty ? rowCount
        : BitWords.PopCount(Words.Span);

    /// <summary>The live rows of a source that match a filter.</summary>
    /// <param name="source">The source.</param>
    /// <param name="filter">What they must match; null for all.</param>
    /// <param name="scratch">Holds the answer, until it is used again.</param>
    internal static RowSelection Of(SnapshotSource source, Predicate? filter, RowBitmap scratch)
    {
        int rowCount = source.Rows.RowCount;
        if (filter is null)
        {
            return new RowSelection(source.LiveWords, rowCount, source.LiveCount);
        }

        PredicateEvaluator.Evaluate(filter, source.Rows, rowCount, scratch);
        if (!source.AllLive)
        {
            scratch.And(source.LiveWords.Span);
        }

        return new RowSelection(scratch.Memory, rowCount);
    }

    public Enumerator GetEnumerator() => new(Words.Span, rowCount);

    /// <summary>Walks the selected ordinals in ascending order.</summary>
    internal ref struct Enumerator(ReadOnlySpan<ulong> words, int rowCount)
    {
        private readonly ReadOnlySpan<ulong> _words = words;
        private ulong _rest;
        private int _word = -1;

        public int Current { get; private set; } = -1;

        public bool MoveNext()
        {
            if (_words.IsEmpty)
            {
                return ++Current < rowCount;
            }

            while (_rest == 0)
            {
                if (++_word >= _words.Length)
                {
                    return false;
                }

                _rest = _words[_word];
            }

            Current = (_word << 6) + BitOperations.TrailingZeroCount(_rest);
            _rest &= _rest - 1;
            return true;
        }
    }
}
