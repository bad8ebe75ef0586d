using System.Numerics;

namespace Tidepool.Index.Bitmaps;

/// <summary>A dense set of ordinals below <see cref="RowCount"/>, one bit each.</summary>
/// <remarks>
/// Invariant: bits at or past <see cref="RowCount"/> are 0. One thread changes it at a time. <see cref="Reset"/> keeps
/// the memory, so that one bitmap can serve many queries.
/// </remarks>
internal sealed class RowBitmap
{
    private ulong[] _words = [];

    internal RowBitmap()
    {
    }

    internal RowBitmap(int rowCount) => Reset(rowCount);

    internal int RowCount { get; private set; }

    internal ReadOnlySpan<ulong> Words => MutableWords;

    /// <summary>The words; they change when the bitmap does.</summary>
    internal ReadOnlyMemory<ulong> Memory => _words.AsMemory(0, BitWords.CountFor(RowCount));

    /// <summary>The words, for a caller that keeps the bits at or past <see cref="RowCount"/> 0.</summary>
    internal Span<ulong> MutableWords => _words.AsSpan(0, BitWords.CountFor(RowCount));

    internal bool this[int ordinal]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)RowCount, nameof(ordinal));
            return BitWords.Test(_words, ordinal);
        }
    }

    /// <summary>Makes it an empty set over another number of rows.</summary>
    internal void Reset(int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        int wordCount = BitWords.CountFor(rowCount);
        if (_words.Length < wordCount)
        {
            _words = new ulong[wordCount];
        }
        else
        {
            Array.Clear(_words, 0, wordCount);
        }

        RowCount = rowCount;
    }

    internal void Set(int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)RowCount, nameof(ordinal));
        BitWords.Set(_words, ordinal);
    }

    internal void Clear(int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)RowCount, nameof(ordinal));
        _words[ordinal >> 6] &= ~(1UL << (ordinal & 63));
    }

    internal void SetAll()
    {
        Span<ulong> words = MutableWords;
        words.Fill(ulong.MaxValue);
        if (!words.IsEmpty)
        {
            words[^1] &= BitWords.TailMask(RowCount);
        }
    }

    internal void CopyFrom(RowBitmap other)
    {
        Reset(other.RowCount);
        other.Words.CopyTo(MutableWords);
    }

    internal void And(RowBitmap other)
    {
        ThrowIfOtherSize(other);
        BitWords.And(MutableWords, other.Words);
    }

    /// <summary>Keeps the ordinals whose bit is set in as many words as this bitmap has.</summary>
    internal void And(ReadOnlySpan<ulong> words) => BitWords.And(MutableWords, words);

    internal void AndNot(RowBitmap other)
    {
        ThrowIfOtherSize(other);
        BitWords.AndNot(MutableWords, other.Words);
    }

    internal void Or(RowBitmap other)
    {
        ThrowIfOtherSize(other);
        BitWords.Or(MutableWords, other.Words);
    }

    internal void Not() => BitWords.Not(MutableWords, RowCount);

    /// <summary>How many ordinals are in the set; counts them.</summary>
    internal int Count() => BitWords.PopCount(Words);

    /// <summary>The set's ordinals in ascending order.</summary>
    public Enumerator GetEnumerator() => new(Words);

    private void ThrowIfOtherSize(RowBitmap other)
    {
        if (other.RowCount != RowCount)
        {
            throw new ArgumentException(
                $"The other bitmap has {other.RowCount} rows, this one {RowCount}.", nameof(other));
        }
    }

    /// <summary>Walks the set bits of words in ascending order.</summary>
    internal ref struct Enumerator(ReadOnlySpan<ulong> words)
    {
        private readonly ReadOnlySpan<ulong> _words = words;
        private int _index = -1;
        private ulong _rest;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (_rest == 0)
            {
                if (++_index >= _words.Length)
                {
                    _index = _words.Length;
                    return false;
                }

                _rest = _words[_index];
            }

            Current = (_index << 6) + BitOperations.TrailingZeroCount(_rest);
            _rest &= _rest - 1;
            return true;
        }
    }
}
