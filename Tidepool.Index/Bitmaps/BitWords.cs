using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Bitmaps;

/// <summary>Operations on bits kept in 64-bit words: bit i is bit i % 64 of word i / 64.</summary>
internal static class BitWords
{
    internal const int BitsPerWord = 64;

    /// <summary>How many words hold that many bits.</summary>
    internal static int CountFor(int bitCount) => (int)(((uint)bitCount + 63) >> 6);

    /// <summary>The bits of the last of <see cref="CountFor"/> words that are in use.</summary>
    internal static ulong TailMask(int bitCount) => ulong.MaxValue >> (-bitCount & 63);

    internal static bool Test(ReadOnlySpan<ulong> words, int bit) => (words[bit >> 6] >> (bit & 63) & 1) != 0;

    internal static void Set(Span<ulong> words, int bit) => words[bit >> 6] |= 1UL << (bit & 63);

    internal static bool IsZero(ReadOnlySpan<ulong> words) => !words.ContainsAnyExcept(0UL);

    internal static int PopCount(ReadOnlySpan<ulong> words)
    {
        int count = 0;
        foreach (ulong word in words)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    /// <summary>target &amp;= other.</summary>
    internal static void And(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        Debug.Assert(target.Length == other.Length);
        Span<Vector<ulong>> targets = MemoryMarshal.Cast<ulong, Vector<ulong>>(target);
        ReadOnlySpan<Vector<ulong>> others = MemoryMarshal.Cast<ulong, Vector<ulong>>(other);
        for (int i = 0; i < targets.Length && i < others.Length; i++)
        {
            targets[i] &= others[i];
        }

        for (int i = targets.Length * Vector<ulong>.Count; i < target.Length; i++)
        {
            target[i] &= other[i];
        }
    }

    /// <summary>target &amp;= ~other.</summary>
    internal static void AndNot(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        Debug.Assert(target.Length == other.Length);
        Span<Vector<ulong>> targets = MemoryMarshal.Cast<ulong, Vector<ulong>>(target);
        ReadOnlySpan<Vector<ulong>> others = MemoryMarshal.Cast<ulong, Vector<ulong>>(other);
        for (int i = 0; i < targets.Length && i < others.Length; i++)
        {
            targets[i] &= ~others[i];
        }

        for (int i = targets.Length * Vector<ulong>.Count; i < target.Length; i++)
        {
            target[i] &= ~other[i];
        }
    }

    /// <summary>target |= other.</summary>
    internal static void Or(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        Debug.Assert(target.Length == other.Length);
        Span<Vector<ulong>> targets = MemoryMarshal.Cast<ulong, Vector<ulong>>(target);
        ReadOnlySpan<Vector<ulong>> others = MemoryMarshal.Cast<ulong, Vector<ulong>>(other);
        for (int i = 0; i < targets.Length && i < others.Length; i++)
        {
            targets[i] |= others[i];
        }

        for (int i = targets.Length * Vector<ulong>.Count; i < target.Length; i++)
        {
            target[i] |= other[i];
        }
    }

    /// <summary>Flips the first <paramref name="bitCount"/> bits of words that hold no others.</summary>
    internal static void Not(Span<ulong> words, int bitCount)
    {
        Debug.Assert(words.Length == CountFor(bitCount));
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = ~words[i];
        }

        if (!words.IsEmpty)
        {
            words[^1] &= TailMask(bitCount);
        }
    }

    /// <summary>The 64 bits from any bit on; bits past the words are 0.</summary>
    internal static ulong Read(ReadOnlySpan<ulong> words, int bit)
    {
        int index = bit >> 6;
        int shift = bit & 63;
        if (index >= words.Length)
        {
            return 0;
        }

        ulong value = words[index] >> shift;
        return shift == 0 || index + 1 == words.Length ? value : value | (words[index + 1] << (64 - shift));
    }

    internal static void SetRange(Span<ulong> words, int first, int count)
    {
        for (int bit = first, end = first + count; bit < end;)
        {
            int shift = bit & 63;
            int length = Math.Min(64 - shift, end - bit);
            words[bit >> 6] |= (ulong.MaxValue >> (64 - length)) << shift;
            bit += length;
        }
    }

    /// <summary>Copies bits between any two places into a target whose bits there are 0.</summary>
    internal static void CopyRange(
        ReadOnlySpan<ulong> source, int sourceBit, Span<ulong> target, int targetBit, int count)
    {
        for (int done = 0; done < count;)
        {
            int shift = (targetBit + done) & 63;
            int length = Math.Min(64 - shift, count - done);
            ulong bits = Read(source, sourceBit + done) & (ulong.MaxValue >> (64 - length));
            target[(targetBit + done) >> 6] |= bits << shift;
            done += length;
        }
    }
}
