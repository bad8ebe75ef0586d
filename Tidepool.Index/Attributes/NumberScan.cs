using System.Numerics;
using System.Runtime.InteropServices;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Numbers, instants or dictionary codes in a closed range, and of a set if there is one.</summary>
internal readonly ref struct NumberScan<T> : IColumnScan, IRowTest
    where T : unmanaged, IComparisonOperators<T, T, bool>, IComparable<T>
{
    /// <summary>Up to here, comparing with each value of a set beats looking one up.</summary>
    private const int MaxComparedSetSize = 8;

    private readonly ReadOnlySpan<T> _values;
    private readonly ReadOnlySpan<T> _set;
    private readonly T _low;
    private readonly T _high;

    internal NumberScan(ReadOnlySpan<T> values, T low, T high)
    {
        _values = values;
        _low = low;
        _high = high;
    }

    /// <param name="values">The column's values.</param>
    /// <param name="set">At least one, ascending and distinct.</param>
    internal NumberScan(ReadOnlySpan<T> values, ReadOnlySpan<T> set)
    {
        _values = values;
        _low = set[0];
        _high = set[^1];
        _set = set.Length == 1 ? default : set;
    }

    public ZoneAnswer Decide(in Zone zone)
    {
        T minimum = FromZone(zone.Minimum);
        T maximum = FromZone(zone.Maximum);
        if (maximum < _low || minimum > _high)
        {
            return ZoneAnswer.None;
        }

        if (_set.IsEmpty)
        {
            return minimum >= _low && maximum <= _high && zone.NanCount == 0 ? ZoneAnswer.All : ZoneAnswer.Scan;
        }

        int index = _set.BinarySearch(minimum);
        if (index >= 0)
        {
            return minimum == maximum && zone.NanCount == 0 ? ZoneAnswer.All : ZoneAnswer.Scan;
        }

        return ~index < _set.Length && _set[~index] <= maximum ? ZoneAnswer.Scan : ZoneAnswer.None;
    }

    public void Restrict(int first, int count, scoped Span<ulong> words)
    {
        ReadOnlySpan<T> values = _values.Slice(first, count);
        if (_set.IsEmpty || _set.Length > MaxComparedSetSize)
        {
            RangeBits.Restrict(values, _low, _high, words);
            if (!_set.IsEmpty)
            {
                NumberScan<T> test = this;
                SetBits.Restrict(ref test, first, words);
            }

            return;
        }

        Span<ulong> any = stackalloc ulong[Zone.WordCount];
        Span<ulong> one = stackalloc ulong[Zone.WordCount];
        any = any[..words.Length];
        one = one[..words.Length];
        foreach (T value in _set)
        {
            words.CopyTo(one);
            RangeBits.Restrict(values, value, value, one);
            BitWords.Or(any, one);
        }

        any.CopyTo(words);
    }

    public bool Matches(int ordinal)
    {
        // A search without branches that depend on the values: those would be mispredicted half of the time.
        T value = _values[ordinal];
        int first = 0;
        for (int count = _set.Length; count > 1;)
        {
            int half = count >> 1;
            int isBelow = _set[first + half - 1] < value ? 1 : 0;
            first += half * isBelow;
            count -= half;
        }

        return _set[first] == value;
    }

    /// <summary>The bits as a long, a double, or the int of the lower half.</summary>
    private static T FromZone(ulong bits) => MemoryMarshal.Cast<ulong, T>(new ReadOnlySpan<ulong>(in bits))[0];
}
