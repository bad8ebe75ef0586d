using System.Buffers.Binary;

namespace Tidepool.Index.Attributes;

/// <summary>Guids in a closed range, and among the values of a set if there is one.</summary>
internal readonly ref struct GuidScan : IColumnScan, IRowTest
{
    private readonly ReadOnlySpan<byte> _values;
    private readonly ReadOnlySpan<UInt128> _set;
    private readonly UInt128 _low;
    private readonly UInt128 _high;

    internal GuidScan(ReadOnlySpan<byte> values, UInt128 low, UInt128 high)
    {
        _values = values;
        _low = low;
        _high = high;
    }

    /// <param name="values">The column's values as bytes.</param>
    /// <param name="set">At least one, ascending and distinct.</param>
    internal GuidScan(ReadOnlySpan<byte> values, ReadOnlySpan<UInt128> set)
    {
        _values = values;
        _low = set[0];
        _high = set[^1];
        _set = set.Length == 1 ? default : set;
    }

    public ZoneAnswer Decide(in Zone zone)
    {
        // The zone knows the upper halves only: equal ones leave the matter open, unless the range takes all of them.
        ulong low = (ulong)(_low >> 64);
        ulong high = (ulong)(_high >> 64);
        if (zone.Maximum < low || zone.Minimum > high)
        {
            return ZoneAnswer.None;
        }

        bool isAbove = zone.Minimum > low || (zone.Minimum == low && (ulong)_low == 0);
        bool isBelow = zone.Maximum < high || (zone.Maximum == high && (ulong)_high == ulong.MaxValue);
        return _set.IsEmpty && isAbove && isBelow ? ZoneAnswer.All : ZoneAnswer.Scan;
    }

    public void Restrict(int first, int count, scoped Span<ulong> words)
    {
        GuidScan test = this;
        SetBits.Restrict(ref test, first, words);
    }

    public bool Matches(int ordinal)
    {
        UInt128 value = BinaryPrimitives.ReadUInt128BigEndian(_values.Slice(ordinal * 16, 16));
        return value >= _low && value <= _high && (_set.IsEmpty || _set.BinarySearch(value) >= 0);
    }
}
