using System.Numerics;

namespace Tidepool.Index.Attributes;

/// <summary>Checks of whole columns of numbers, at the speed of memory.</summary>
internal static class OrderChecks
{
    internal static bool NeverDecreases(ReadOnlySpan<int> values)
    {
        int i = 0;
        for (; i + Vector<int>.Count < values.Length; i += Vector<int>.Count)
        {
            if (Vector.LessThanAny(new Vector<int>(values[(i + 1)..]), new Vector<int>(values[i..])))
            {
                return false;
            }
        }

        for (; i + 1 < values.Length; i++)
        {
            if (values[i + 1] < values[i])
            {
                return false;
            }
        }

        return true;
    }

    internal static bool AreAllBelow<T>(ReadOnlySpan<T> values, T limit)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        int i = 0;
        var limits = new Vector<T>(limit);
        for (; i + Vector<T>.Count <= values.Length; i += Vector<T>.Count)
        {
            if (Vector.GreaterThanOrEqualAny(new Vector<T>(values[i..]), limits))
            {
                return false;
            }
        }

        for (; i < values.Length; i++)
        {
            if (values[i] >= limit)
            {
                return false;
            }
        }

        return true;
    }
}
