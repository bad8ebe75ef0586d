using System.Buffers.Binary;

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
        int index = FindFirst(text, static (candidate, operand) => candidate.SequenceCompareTo(operand) >= 0);
        return index < _set.Length && text.SequenceEqual(_set[index]);
    }

    public ZoneAnswer Decide(in Zone zone)
    {
        Span<byte> minimum = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(minimum, zone.Minimum);
        int index = FindFirst(minimum, static (candidate, key) => Zone.KeyOf(candidate) >= Zone.KeyOf(key));
        return index < _set.Length && Zone.KeyOf(_set[index]) <= zone.Maximum ? ZoneAnswer.Scan : ZoneAnswer.None;
    }

    /// <summary>The first of the set for which a test holds that holds for all that follow.</summary>
    private int FindFirst(
        ReadOnlySpan<byte> operand, Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> test)
    {
        int low = 0;
        int high = _set.Length;
        while (low < high)
        {
            int middle = low + ((high - low) >> 1);
            if (test(_set[middle], operand))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
