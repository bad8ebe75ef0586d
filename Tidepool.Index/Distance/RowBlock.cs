using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Distances of a query to up to 64 rows side by side, and which of them are near enough.</summary>
internal static class RowBlock
{
    internal const int MaxRows = 64;

    /// <summary>The distances of all rows; returns the bits of the wanted ones within the bound.</summary>
    /// <param name="query">The query; its length is that of a row.</param>
    /// <param name="queryNorm">Its L2 norm, for a distance that uses norms.</param>
    /// <param name="rows">The rows, row-major, one for each of <paramref name="distances"/>.</param>
    /// <param name="norms">Their L2 norms, for a distance that uses norms; otherwise not read.</param>
    /// <param name="wanted">Bit i for row i.</param>
    /// <param name="bound">The inclusive bound.</param>
    /// <param name="distances">Takes the distances; those of unwanted rows may be spoiled by overflow.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static ulong Measure<TTerm, TDistance>(
        ReadOnlySpan<float> query,
        float queryNorm,
        ReadOnlySpan<float> rows,
        ReadOnlySpan<float> norms,
        ulong wanted,
        float bound,
        Span<float> distances)
        where TTerm : struct, ITerm
        where TDistance : struct, IDistance
    {
        Debug.Assert(distances.Length <= MaxRows);
        RowSums.Compute<TTerm>(query, rows, distances);
        ulong near = Finish<TDistance>(queryNorm, norms, bound, distances, out ulong spoiled);
        spoiled &= wanted;
        if (spoiled != 0)
        {
            near = Mend<TDistance>(query, queryNorm, rows, norms, bound, distances, spoiled, near);
        }

        return near & wanted;
    }

    /// <summary>The distance of one row, the same to the bit as among others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Measure<TTerm, TDistance>(
        ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<float> row, float rowNorm)
        where TTerm : struct, ITerm
        where TDistance : struct, IDistance
    {
        float sum = RowSums.Compute<TTerm>(query, row);
        float product = TDistance.UsesNorms ? rowNorm * queryNorm : 0;
        float distance = TDistance.FromSum(sum, product);
        return TDistance.IsSound(distance, product)
            ? distance
            : TDistance.Exact(query, queryNorm, row, rowNorm);
    }

    /// <summary>Turns sums into distances in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Finish<TDistance>(
        float queryNorm, ReadOnlySpan<float> norms, float bound, Span<float> distances, out ulong spoiled)
        where TDistance : struct, IDistance
    {
        if (TDistance.UsesNorms)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(norms.Length, distances.Length);
        }

        ref float values = ref MemoryMarshal.GetReference(distances);
        ref float rowNorms = ref MemoryMarshal.GetReference(norms);
        ulong near = 0;
        ulong unsound = 0;
        int i = 0;
        if (KernelWidth.HasVector256)
        {
            // In bounds: i + 8 values remain, and as many norms where they are read.
            Vector256<float> bounds = Vector256.Create(bound);
            for (; i + 8 <= distances.Length; i += 8)
            {
                Vector256<float> products = TDistance.UsesNorms
                    ? Vector256.LoadUnsafe(ref rowNorms, (nuint)i) * queryNorm
                    : default;
                Vector256<float> eight = TDistance.FromSums(Vector256.LoadUnsafe(ref values, (nuint)i), products);
                eight.StoreUnsafe(ref values, (nuint)i);
                near |= (ulong)Vector256.LessThanOrEqual(eight, bounds).ExtractMostSignificantBits() << i;
                unsound |= (ulong)(~TDistance.AreSound(eight, products)).ExtractMostSignificantBits() << i;
            }
        }
        else if (KernelWidth.HasVector128)
        {
            // In bounds: i + 4 values remain, and as many norms where they are read.
            Vector128<float> bounds = Vector128.Create(bound);
            for (; i + 4 <= distances.Length; i += 4)
            {
                Vector128<float> products = TDistance.UsesNorms
                    ? Vector128.LoadUnsafe(ref rowNorms, (nuint)i) * queryNorm
                    : default;
                Vector128<float> four = TDistance.FromSums(Vector128.LoadUnsafe(ref values, (nuint)i), products);
                four.StoreUnsafe(ref values, (nuint)i);
                near |= (ulong)Vector128.LessThanOrEqual(four, bounds).ExtractMostSignificantBits() << i;
                unsound |= (ulong)(~TDistance.AreSound(four, products)).ExtractMostSignificantBits() << i;
            }
        }

        for (; i < distances.Length; i++)
        {
            float product = TDistance.UsesNorms ? norms[i] * queryNorm : 0;
            float distance = TDistance.FromSum(distances[i], product);
            distances[i] = distance;
            near |= (distance <= bound ? 1UL : 0) << i;
            unsound |= (TDistance.IsSound(distance, product) ? 0 : 1UL) << i;
        }

        spoiled = unsound;
        return near;
    }

    /// <summary>Measures the spoiled rows again in double precision.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Mend<TDistance>(
        ReadOnlySpan<float> query,
        float queryNorm,
        ReadOnlySpan<float> rows,
        ReadOnlySpan<float> norms,
        float bound,
        Span<float> distances,
        ulong spoiled,
        ulong near)
        where TDistance : struct, IDistance
    {
        for (; spoiled != 0; spoiled &= spoiled - 1)
        {
            int i = BitOperations.TrailingZeroCount(spoiled);
            float rowNorm = TDistance.UsesNorms ? norms[i] : 0;
            float distance = TDistance.Exact(query, queryNorm, rows.Slice(i * query.Length, query.Length), rowNorm);
            distances[i] = distance;
            near = distance <= bound ? near | (1UL << i) : near & ~(1UL << i);
        }

        return near;
    }
}
