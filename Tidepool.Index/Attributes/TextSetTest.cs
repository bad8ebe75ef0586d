namespace Tidepool.Index.Attributes;

/// <summary>Byte strings that are among those of a set, which is ascending and distinct.</summary>
internal readonly ref struct TextSetTest : ITextTest
{
    private readonly ReadOnlySpan<byte[]> _set;
    private readonly int _minLength = int.MaxValue;
    private readonly int _maxLength;

    internal TextSetTest(ReadOnlySpan<byte[]> set)
    {
        _set = set;
        foreach (byte[] text in set)
        {
            _minLength = Math.Min(_minLength, text.Length);
            _maxLength = Math.Max(_maxLength, text.Length);
        }
    }

    public bool MayMatch(int length) => length >= _minLength && length <= _maxLength;

    public bool Matches(ReadOnlySpan<byte> text)
    {
        int low = 0;
        for (int high = _set.Length - 1; low <= high;)
        {
            int middle = (low + high) >> 1;
            int order = text.SequenceCompareTo(_set[middle]);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return false;
    }

    public ZoneAnswer Decide(in Zone zone)
    {
        int low = 0;
        for (int high = _set.Length; low < high;)
        {
            int middle = (low + high) >> 1;
            (low, high) = Zone.KeyOf(_set[middle]) < zone.Minimum ? (middle + 1, high) : (low, middle);
        }

        return low < _set.Length && Zone.KeyOf(_set[low]) <= zone.Maximum ? ZoneAnswer.Scan : ZoneAnswer.None;
    }
}
