using System.Runtime.Intrinsics;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Quantization;

/// <summary>The table by which a query is compared with sign codes: for each group of four dimensions the sums of its
/// sixteen subsets, in a byte each.</summary>
internal static class SignTable
{
    private static readonly Vector512<float> s_eights = Mask(8);
    private static readonly Vector512<float> s_fours = Mask(4);
    private static readonly Vector512<float> s_twos = Mask(2);
    private static readonly Vector512<float> s_ones = Mask(1);

    /// <summary>Fills a table.</summary>
    /// <param name="query">Mapped; a multiple of 16 dimensions.</param>
    /// <param name="scratch">Four floats for each dimension; overwritten.</param>
    /// <param name="table">Four bytes for each dimension.</param>
    /// <returns>What its sums mean, for a query at its cell's center.</returns>
    /// <remarks>The scaled sum of a code x with a dimension's part 1/2 where set, else -1/2, is ⟨x, query⟩.</remarks>
    internal static BlockBounds Build(ReadOnlySpan<float> query, Span<float> scratch, Span<byte> table)
    {
        float total = 0;
        float lowest = 0;
        float widest = 0;
        for (int i = 0; i < query.Length; i += 4)
        {
            float a = query[i];
            float b = query[i + 1];
            float c = query[i + 2];
            float d = query[i + 3];
            float low = Math.Min(a, 0) + Math.Min(b, 0) + Math.Min(c, 0) + Math.Min(d, 0);
            float high = Math.Max(a, 0) + Math.Max(b, 0) + Math.Max(c, 0) + Math.Max(d, 0);
            Vector512<float> sums = ((Vector512.Create(a) & s_eights) + (Vector512.Create(b) & s_fours))
                + ((Vector512.Create(c) & s_twos) + (Vector512.Create(d) & s_ones));
            (sums - Vector512.Create(low)).CopyTo(scratch[(4 * i)..]);
            total += a + b + (c + d);
            lowest += low;
            widest = Math.Max(widest, high - low);
        }

        float scale = widest / BlockScan.MaxEntry;
        Fill(scratch, widest > 0 ? BlockScan.MaxEntry / widest : 0, table);
        return new BlockBounds(scale, lowest - (total / 2), GetError(scale, query.Length), CenterSquared: 0);
    }

    /// <summary>How far the rounding of a table's entries may put a sum off: as many standard deviations of a sum of
    /// independent roundings as <see cref="CodeFactors.Error"/> stands for.</summary>
    internal static float GetError(float scale, int dimensions) =>
        CodeFactors.Deviations * scale * MathF.Sqrt(dimensions / 4f / 12f);

    /// <summary>Rounds sums to units.</summary>
    private static void Fill(ReadOnlySpan<float> sums, float inverse, Span<byte> table)
    {
        Vector128<float> factor = Vector128.Create(inverse);
        Vector128<float> half = Vector128.Create(0.5f);
        for (int i = 0; i < table.Length; i += Vector128<byte>.Count)
        {
            Vector128<int> a = Vector128.ConvertToInt32((Vector128.Create(sums[i..]) * factor) + half);
            Vector128<int> b = Vector128.ConvertToInt32((Vector128.Create(sums[(i + 4)..]) * factor) + half);
            Vector128<int> c = Vector128.ConvertToInt32((Vector128.Create(sums[(i + 8)..]) * factor) + half);
            Vector128<int> d = Vector128.ConvertToInt32((Vector128.Create(sums[(i + 12)..]) * factor) + half);
            Vector128.Narrow(Vector128.Narrow(a, b).AsUInt16(), Vector128.Narrow(c, d).AsUInt16())
                .CopyTo(table[i..]);
        }
    }

    /// <summary>All bits set in the entries whose number has a bit.</summary>
    private static Vector512<float> Mask(int bit)
    {
        int[] lanes = new int[16];
        for (int entry = 0; entry < lanes.Length; entry++)
        {
            lanes[entry] = (entry & bit) != 0 ? -1 : 0;
        }

        return Vector512.Create<int>(lanes).AsSingle();
    }
}
