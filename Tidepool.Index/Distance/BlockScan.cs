using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Distance;

/// <summary>Squared distances of a query to the 32 rows of a block, from four bits for each four dimensions.</summary>
/// <remarks>
/// <para>A block is, for every group of four dimensions, 16 bytes of codes, and then 32 floats each of <c>add</c> and
/// <c>rescale</c>, which is never positive. In byte m of a group the low nibble belongs to row
/// p(m) and the high one to row p(m) + 16, where p(m) is m/2 for even m and 8 + m/2 for odd m. The table has 16 bytes
/// for each group, one for each value of a nibble.</para>
/// <para>With s the sum of the entries that a row's nibbles select, its estimate is
/// add + CenterSquared + rescale · (s · Scale + Offset), and its lower bound is less by -rescale · Error. (RaBitQ,
/// arXiv 2405.12497, in the layout of "fast scan".)</para>
/// </remarks>
internal static class BlockScan
{
    internal const int Rows = 32;

    /// <summary>Bytes of codes and of table of one group of four dimensions.</summary>
    internal const int GroupSizeBytes = 16;

    /// <summary>The floats behind the codes.</summary>
    internal const int FactorSizeBytes = 2 * Rows * sizeof(float);

    /// <summary>Sums of more groups than this could leave 16 bits.</summary>
    internal const int MaxGroupsPerSum = 256;

    /// <summary>Size of a block; the number of dimensions is a multiple of 64.</summary>
    internal static int GetSizeBytes(int dimensions) =>
        (dimensions / 4 * GroupSizeBytes) + FactorSizeBytes;

    /// <summary>Which rows have a lower bound below a threshold: bit i for row i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint SelectBelow(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> table, in BlockBounds bounds, float threshold)
    {
        Check(block, table);
        ref byte codes = ref MemoryMarshal.GetReference(block);
        ref byte entries = ref MemoryMarshal.GetReference(table);
        if (KernelWidth.HasVector512)
        {
            return BlockScan512.SelectBelow(ref codes, ref entries, table.Length, bounds, threshold);
        }

        if (KernelWidth.HasVector256)
        {
            return BlockScan256.SelectBelow(ref codes, ref entries, table.Length, bounds, threshold);
        }

        return KernelWidth.HasVector128
            ? BlockScan128.SelectBelow(ref codes, ref entries, table.Length, bounds, threshold)
            : SelectBelowScalar(block, table, bounds, threshold);
    }

    /// <summary>The estimates of all rows.</summary>
    internal static void Estimate(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> table, in BlockBounds bounds, Span<float> estimates)
    {
        Check(block, table);
        ArgumentOutOfRangeException.ThrowIfNotEqual(estimates.Length, Rows);
        Span<ushort> sums = stackalloc ushort[Rows];
        Span<int> totals = stackalloc int[Rows];
        totals.Clear();
        ref byte codes = ref MemoryMarshal.GetReference(block);
        ref byte entries = ref MemoryMarshal.GetReference(table);
        const int MaxChunk = MaxGroupsPerSum * GroupSizeBytes;
        for (int start = 0; start < table.Length; start += MaxChunk)
        {
            int length = Math.Min(MaxChunk, table.Length - start);
            ref byte chunk = ref Unsafe.Add(ref codes, start); // Inside: start < table.Length < block.Length.
            ref byte part = ref Unsafe.Add(ref entries, start);
            if (KernelWidth.HasVector256)
            {
                BlockScan256.Sum(ref chunk, ref part, length, sums);
            }
            else if (KernelWidth.HasVector128)
            {
                BlockScan128.Sum(ref chunk, ref part, length, sums);
            }
            else
            {
                SumScalar(block.Slice(start, length), table.Slice(start, length), sums);
            }

            for (int row = 0; row < Rows; row++)
            {
                totals[row] += sums[row];
            }
        }

        ReadOnlySpan<float> factors = MemoryMarshal.Cast<byte, float>(block[table.Length..]);
        CodeKeys.FromSums(
            totals,
            factors[..Rows],
            factors.Slice(Rows, Rows),
            bounds.Scale,
            bounds.Offset,
            bounds.CenterSquared,
            estimates);
    }

    /// <summary>The definition that the kernels are held to.</summary>
    internal static uint SelectBelowScalar(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> table, in BlockBounds bounds, float threshold)
    {
        Span<int> sums = stackalloc int[Rows];
        SumScalar(block, table, sums);
        ReadOnlySpan<float> factors = MemoryMarshal.Cast<byte, float>(block[table.Length..]);
        uint below = 0;
        for (int row = 0; row < Rows; row++)
        {
            float rescale = factors[Rows + row];
            float estimate = factors[row] + bounds.CenterSquared
                + (rescale * ((sums[row] * bounds.Scale) + bounds.Offset));
            float bound = estimate + (rescale * bounds.Error);
            below |= bound < threshold ? 1u << row : 0;
        }

        return below;
    }

    private static void SumScalar<T>(ReadOnlySpan<byte> block, ReadOnlySpan<byte> table, Span<T> sums)
        where T : struct, System.Numerics.INumber<T>
    {
        sums.Clear();
        for (int group = 0; group < table.Length; group += GroupSizeBytes)
        {
            for (int m = 0; m < GroupSizeBytes; m++)
            {
                int row = (m & 1) == 0 ? m / 2 : 8 + (m / 2);
                byte pair = block[group + m];
                sums[row] += T.CreateTruncating(table[group + (pair & 15)]);
                sums[row + 16] += T.CreateTruncating(table[group + (pair >> 4)]);
            }
        }
    }

    /// <summary>What makes the raw references of the kernels safe: they touch the codes, which are as long as the
    /// table, and the factors behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check(ReadOnlySpan<byte> block, ReadOnlySpan<byte> table)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(block.Length, table.Length + FactorSizeBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(table.Length & 255, 0, nameof(table));
    }
}
