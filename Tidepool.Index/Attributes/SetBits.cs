using System.Numerics;

namespace Tidepool.Index.Attributes;

/// <summary>Tests the rows of set bits one by one.</summary>
internal static class SetBits
{
    /// <summary>Clears the set bits of rows that fail the test; bit 0 is row <paramref name="first"/>.</summary>
    internal static void Restrict<TTest>(scoped ref TTest test, int first, scoped Span<ulong> words)
        where TTest : struct, IRowTest, allows ref struct
    {
        for (int w = 0; w < words.Length; w++)
        {
            ulong kept = words[w];
            for (ulong rest = kept; rest != 0; rest &= rest - 1)
            {
                int bit = BitOperations.TrailingZeroCount(rest);
                if (!test.Matches(first + (w * 64) + bit))
                {
                    kept &= ~(1UL << bit);
                }
            }

            words[w] = kept;
        }
    }
}
