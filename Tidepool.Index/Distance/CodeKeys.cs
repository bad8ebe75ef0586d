using System.Numerics;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Keys of many 8-bit codes at once: add + rescale · (sum · scale + offset) + constant.</summary>
internal static class CodeKeys
{
    /// <summary>The largest k of <see cref="BoundSmallest"/>: beyond, columns say too little.</summary>
    internal const int MaxBound = 20;

    /// <summary>Makes keys of sums; all spans are equally long.</summary>
    internal static void FromSums(
        ReadOnlySpan<int> sums,
        ReadOnlySpan<float> adds,
        ReadOnlySpan<float> rescales,
        float scale,
        float offset,
        float constant,
        Span<float> keys)
    {
        int i = 0;
        for (; i <= keys.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> product = (Vector.ConvertToSingle(new Vector<int>(sums[i..])) * scale)
                + new Vector<float>(offset);
            Vector<float> key = new Vector<float>(adds[i..]) + new Vector<float>(constant)
                + (new Vector<float>(rescales[i..]) * product);
            key.CopyTo(keys[i..]);
        }

        for (; i < keys.Length; i++)
        {
            keys[i] = adds[i] + constant + (rescales[i] * ((sums[i] * scale) + offset));
        }
    }

    /// <summary>Which of 32 keys are finite and at most a limit: bit i for key i.</summary>
    internal static uint SelectAtMost(ReadOnlySpan<float> keys, float limit)
    {
        Vector256<float> limits = Vector256.Create(Math.Min(limit, float.MaxValue));
        uint selected = 0;
        for (int i = 0; i < 32; i += Vector256<float>.Count)
        {
            Vector256<float> some = Vector256.Create<float>(keys[i..]);
            selected |= Vector256.LessThanOrEqual(some, limits).ExtractMostSignificantBits() << i;
        }

        return selected;
    }

    /// <summary>Which of 32 keys are below a threshold once rescale · error is added, rescales having 16 bits: bit i
    /// for key i.</summary>
    internal static uint SelectBelow(
        ReadOnlySpan<float> keys, ReadOnlySpan<ushort> rescales, float error, float threshold)
    {
        Vector256<float> errors = Vector256.Create(error);
        Vector256<float> thresholds = Vector256.Create(threshold);
        uint selected = 0;
        for (int i = 0; i < 32; i += Vector256<float>.Count)
        {
            Vector128<ushort> bits = Vector128.Create<ushort>(rescales[i..]);
            Vector256<uint> wide = Vector256.Create(Vector128.WidenLower(bits), Vector128.WidenUpper(bits));
            Vector256<float> lower = Vector256.Create<float>(keys[i..]) + ((wide << 16).AsSingle() * errors);
            selected |= Vector256.LessThan(lower, thresholds).ExtractMostSignificantBits() << i;
        }

        return selected;
    }

    /// <summary>A key that k keys are at most, and no more than a few others: the k-th smallest of the smallest in each
    /// of 32 columns, infinity where fewer than k columns have a finite key.</summary>
    /// <param name="keys">A multiple of 32; those that are not a number do not count.</param>
    /// <param name="k">At most <see cref="MaxBound"/>.</param>
    internal static float BoundSmallest(ReadOnlySpan<float> keys, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(keys.Length % 32, 0);
        Vector256<float> a = Vector256.Create(float.PositiveInfinity);
        Vector256<float> b = a;
        Vector256<float> c = a;
        Vector256<float> d = a;
        for (ReadOnlySpan<float> rest = keys; !rest.IsEmpty; rest = rest[32..])
        {
            a = Smaller(Vector256.Create(rest), a);
            b = Smaller(Vector256.Create(rest[8..]), b);
            c = Smaller(Vector256.Create(rest[16..]), c);
            d = Smaller(Vector256.Create(rest[24..]), d);
        }

        Span<float> columns = stackalloc float[32];
        a.CopyTo(columns);
        b.CopyTo(columns[8..]);
        c.CopyTo(columns[16..]);
        d.CopyTo(columns[24..]);
        float bound = float.PositiveInfinity;
        foreach (float column in columns)
        {
            var limit = Vector256.Create(column);
            Vector256<int> counts = Vector256.LessThanOrEqual(a, limit).AsInt32()
                + Vector256.LessThanOrEqual(b, limit).AsInt32()
                + Vector256.LessThanOrEqual(c, limit).AsInt32()
                + Vector256.LessThanOrEqual(d, limit).AsInt32();
            bound = -Vector256.Sum(counts) >= k ? Math.Min(bound, column) : bound;
        }

        return bound;
    }

    /// <summary>The position of the smallest key; the first among equals.</summary>
    internal static int FindSmallest(ReadOnlySpan<float> keys)
    {
        int smallest = 0;
        float least = float.PositiveInfinity;
        int i = 0;
        for (; i <= keys.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var some = new Vector<float>(keys[i..]);
            if (Vector.LessThanAny(some, new Vector<float>(least)))
            {
                for (int lane = 0; lane < Vector<float>.Count; lane++)
                {
                    if (some[lane] < least)
                    {
                        least = some[lane];
                        smallest = i + lane;
                    }
                }
            }
        }

        for (; i < keys.Length; i++)
        {
            if (keys[i] < least)
            {
                least = keys[i];
                smallest = i;
            }
        }

        return smallest;
    }

    /// <summary>Where the next key that is at most a limit stands, from a position on; the number of keys if there is
    /// none.</summary>
    internal static int FindNextAtMost(ReadOnlySpan<float> keys, int first, float limit)
    {
        var limits = new Vector<float>(limit);
        int i = first;
        while (i <= keys.Length - Vector<float>.Count
            && !Vector.LessThanOrEqualAny(new Vector<float>(keys[i..]), limits))
        {
            i += Vector<float>.Count;
        }

        while (i < keys.Length && !(keys[i] <= limit))
        {
            i++;
        }

        return i;
    }

    private static Vector256<float> Smaller(Vector256<float> key, Vector256<float> least) =>
        Vector256.ConditionalSelect(Vector256.LessThan(key, least), key, least);
}
