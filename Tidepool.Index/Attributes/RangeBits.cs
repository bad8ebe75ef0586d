using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Compares numbers with a closed range, 64 at a time, at the widest vectors of the machine.</summary>
internal static class RangeBits
{
    /// <summary>Clears bit i unless low &lt;= values[i] &lt;= high; words that are 0 are passed over.</summary>
    internal static void Restrict<T>(ReadOnlySpan<T> values, T low, T high, Span<ulong> words)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        Debug.Assert(words.Length == BitWords.CountFor(values.Length));
        int wholeWords = values.Length / 64;
        if (Vector512.IsHardwareAccelerated)
        {
            Restrict512(values[..(wholeWords * 64)], low, high, words);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Restrict256(values[..(wholeWords * 64)], low, high, words);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Restrict128(values[..(wholeWords * 64)], low, high, words);
        }
        else
        {
            wholeWords = 0;
        }

        for (int w = wholeWords; w < words.Length; w++)
        {
            int first = w * 64;
            words[w] &= BitsOf(values[first..Math.Min(values.Length, first + 64)], low, high);
        }
    }

    /// <summary>The definition: bit i is set where values[i] is in the range.</summary>
    private static ulong BitsOf<T>(ReadOnlySpan<T> values, T low, T high)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        ulong bits = 0;
        for (int i = 0; i < values.Length; i++)
        {
            bits |= values[i] >= low && values[i] <= high ? 1UL << i : 0;
        }

        return bits;
    }

    private static void Restrict512<T>(ReadOnlySpan<T> values, T low, T high, Span<ulong> words)
        where T : unmanaged
    {
        ReadOnlySpan<Vector512<T>> vectors = MemoryMarshal.Cast<T, Vector512<T>>(values);
        Vector512<T> lows = Vector512.Create(low);
        Vector512<T> highs = Vector512.Create(high);
        int vectorsPerWord = 64 / Vector512<T>.Count;
        for (int w = 0; !vectors.IsEmpty; w++)
        {
            if (words[w] != 0)
            {
                ulong bits = 0;
                for (int i = 0; i < vectorsPerWord; i++)
                {
                    Vector512<T> vector = vectors[i];
                    Vector512<T> isInside = Vector512.GreaterThanOrEqual(vector, lows)
                        & Vector512.LessThanOrEqual(vector, highs);
                    bits |= isInside.ExtractMostSignificantBits() << (i * Vector512<T>.Count);
                }

                words[w] &= bits;
            }

            vectors = vectors[vectorsPerWord..];
        }
    }

    private static void Restrict256<T>(ReadOnlySpan<T> values, T low, T high, Span<ulong> words)
        where T : unmanaged
    {
        ReadOnlySpan<Vector256<T>> vectors = MemoryMarshal.Cast<T, Vector256<T>>(values);
        Vector256<T> lows = Vector256.Create(low);
        Vector256<T> highs = Vector256.Create(high);
        int vectorsPerWord = 64 / Vector256<T>.Count;
        for (int w = 0; !vectors.IsEmpty; w++)
        {
            if (words[w] != 0)
            {
                ulong bits = 0;
                for (int i = 0; i < vectorsPerWord; i++)
                {
                    Vector256<T> vector = vectors[i];
                    Vector256<T> isInside = Vector256.GreaterThanOrEqual(vector, lows)
                        & Vector256.LessThanOrEqual(vector, highs);
                    bits |= (ulong)isInside.ExtractMostSignificantBits() << (i * Vector256<T>.Count);
                }

                words[w] &= bits;
            }

            vectors = vectors[vectorsPerWord..];
        }
    }

    private static void Restrict128<T>(ReadOnlySpan<T> values, T low, T high, Span<ulong> words)
        where T : unmanaged
    {
        ReadOnlySpan<Vector128<T>> vectors = MemoryMarshal.Cast<T, Vector128<T>>(values);
        Vector128<T> lows = Vector128.Create(low);
        Vector128<T> highs = Vector128.Create(high);
        int vectorsPerWord = 64 / Vector128<T>.Count;
        for (int w = 0; !vectors.IsEmpty; w++)
        {
            if (words[w] != 0)
            {
                ulong bits = 0;
                for (int i = 0; i < vectorsPerWord; i++)
                {
                    Vector128<T> vector = vectors[i];
                    Vector128<T> isInside = Vector128.GreaterThanOrEqual(vector, lows)
                        & Vector128.LessThanOrEqual(vector, highs);
                    bits |= (ulong)isInside.ExtractMostSignificantBits() << (i * Vector128<T>.Count);
                }

                words[w] &= bits;
            }

            vectors = vectors[vectorsPerWord..];
        }
    }
}
