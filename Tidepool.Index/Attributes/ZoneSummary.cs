using System.Numerics;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Sums up the values of one zone.</summary>
internal static class ZoneSummary
{
    internal static Zone OfIntegers(ReadOnlySpan<long> values, ReadOnlySpan<ulong> present)
    {
        (long minimum, long maximum, int presentCount, _) = Bounds(values, present, long.MaxValue, long.MinValue);
        return Create((ulong)minimum, (ulong)maximum, values.Length, presentCount, 0);
    }

    internal static Zone OfDoubles(ReadOnlySpan<double> values, ReadOnlySpan<ulong> present)
    {
        (double minimum, double maximum, int presentCount, int nanCount) =
            Bounds(values, present, double.PositiveInfinity, double.NegativeInfinity);
        return Create(
            BitConverter.DoubleToUInt64Bits(minimum),
            BitConverter.DoubleToUInt64Bits(maximum),
            values.Length,
            presentCount,
            nanCount);
    }

    internal static Zone OfCodes(ReadOnlySpan<int> values, ReadOnlySpan<ulong> present)
    {
        (int minimum, int maximum, int presentCount, _) = Bounds(values, present, int.MaxValue, 0);
        return Create((ulong)minimum, (ulong)maximum, values.Length, presentCount, 0);
    }

    /// <summary>Of numbers that are never less where the values are not: keys.</summary>
    internal static Zone OfKeys(ReadOnlySpan<ulong> keys, ReadOnlySpan<ulong> present)
    {
        (ulong minimum, ulong maximum, int presentCount, _) = Bounds(keys, present, ulong.MaxValue, 0UL);
        return Create(minimum, maximum, keys.Length, presentCount, 0);
    }

    internal static Zone OfBooleans(ReadOnlySpan<ulong> values, ReadOnlySpan<ulong> present, int rowCount)
    {
        int presentCount = BitWords.PopCount(present);
        int trueCount = 0;
        for (int w = 0; w < present.Length; w++)
        {
            trueCount += BitOperations.PopCount(values[w] & present[w]);
        }

        return Create(trueCount == presentCount ? 1UL : 0, trueCount > 0 ? 1UL : 0, rowCount, presentCount, 0);
    }

    private static Zone Create(ulong minimum, ulong maximum, int rowCount, int presentCount, int nanCount) =>
        presentCount == 0
            ? new Zone(0, 0, rowCount, 0)
            : new Zone(minimum, maximum, rowCount - presentCount, nanCount);

    private static (T Minimum, T Maximum, int PresentCount, int NanCount) Bounds<T>(
        ReadOnlySpan<T> values, ReadOnlySpan<ulong> present, T minimum, T maximum)
        where T : unmanaged, INumber<T>
    {
        int presentCount = 0;
        int nanCount = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!BitWords.Test(present, i))
            {
                continue;
            }

            T value = values[i];
            presentCount++;
            if (T.IsNaN(value))
            {
                nanCount++;
                continue;
            }

            minimum = value < minimum ? value : minimum;
            maximum = value > maximum ? value : maximum;
        }

        return (minimum, maximum, presentCount, nanCount);
    }
}
