using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Squared distances of a query to the 32 rows of a block, from four bits for each four dimensions.</summary>
/// <remarks>
/// <para>A block is, for every group of four dimensions, 16 bytes of codes, and then 32 numbers each of <c>add</c> and
/// <c>rescale</c>, which is never positive, of 16 bits (<see cref="BFloat16"/>). In byte m of a group the low nibble
/// belongs to row p(m) and the high one to row p(m) + 16, where p(m) is m/2 for even m and 8 + m/2 for odd m. The table
/// has 16 bytes for each group, one for each value of a nibble, none above <see cref="MaxEntry"/>: the entries of four
/// groups can be added before they are widened.</para>
/// <para>With s the sum of the entries that a row's nibbles select, its estimate is
/// add + CenterSquared + rescale · (s · Scale + Offset), and its lower bound is less by -rescale · Error. (RaBitQ,
/// arXiv 2405.12497, in the layout of "fast scan".)</para>
/// </remarks>
internal static class BlockScan
{
    internal const int Rows = 32;

    /// <summary>Bytes of codes and of table of one group of four dimensions.</summary>
    internal const int GroupSizeBytes = 16;

    /// <summary>The numbers behind the codes.</summary>
    internal const int FactorSizeBytes = 2 * Rows * sizeof(ushort);

    /// <summary>The largest entry of a table.</summary>
    internal const int MaxEntry = 63;

    /// <summary>Sums of more groups than this could leave 16 bits.</summary>
    internal const int MaxGroupsPerSum = 1024;

    /// <summary>Sums of as many entries fit a byte.</summary>
    internal const int GroupsPerByte = 4;

    /// <summary>Size of a block; the number of dimensions is a multiple of 16.</summary>
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

    /// <summary>The lower bounds of all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Bound(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> table, in BlockBounds bounds, Span<float> lower)
    {
        Check(block, table);
        ArgumentOutOfRangeException.ThrowIfNotEqual(lower.Length, Rows);
        ref byte codes = ref MemoryMarshal.GetReference(block);
        ref byte entries = ref MemoryMarshal.GetReference(table);
        if (KernelWidth.HasVector512)
        {
            (Vector512<float> low, Vector512<float> high) =
                BlockScan512.Bound(ref codes, ref entries, table.Length, bounds);
            low.CopyTo(lower);
            high.CopyTo(lower[Vector512<float>.Count..]);
        }
        else if (KernelWidth.HasVector256)
        {
            BlockScan256.Bound(ref codes, ref entries, table.Length, bounds, lower);
        }
        else if (KernelWidth.HasVector128)
        {
            BlockScan128.Bound(ref codes, ref entries, table.Length, bounds, lower);
        }
        else
        {
            BoundScalar(block, table, bounds, lower);
        }
    }

    /// <summary>The definition that the kernels are held to.</summary>
    internal static void BoundScalar(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> table, in BlockBounds bounds, Span<float> lower)
    {
        Span<int> sums = stackalloc int[Rows];
        sums.Clear();
        for (int group = 0; group < table.Length; group += GroupSizeBytes)
        {
            for (int m = 0; m < GroupSizeBytes; m++)
            {
                int row = (m & 1) == 0 ? m / 2 : 8 + (m / 2);
                byte pair = block[group + m];
                sums[row] += table[group + (pair & 15)];
                sums[row + 16] += table[group + (pair >> 4)];
            }
        }

        ReadOnlySpan<ushort> factors = MemoryMarshal.Cast<byte, ushort>(block[table.Length..]);
        for (int row = 0; row < Rows; row++)
        {
            float product = (sums[row] * bounds.Scale) + bounds.Offset + bounds.Error;
            float rescale = BFloat16.ToSingle(factors[Rows + row]);
            lower[row] = BFloat16.ToSingle(factors[row]) + bounds.CenterSquared + (rescale * product);
        }
    }

    private static uint SelectBelowScalar(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> table, in BlockBounds bounds, float threshold)
    {
        Span<float> lower = stackalloc float[Rows];
        BoundScalar(block, table, bounds, lower);
        uint below = 0;
        for (int row = 0; row < Rows; row++)
        {
            below |= lower[row] < threshold ? 1u << row : 0;
        }

        return below;
    }

    /// <summary>What makes the raw references of the kernels safe: they touch the codes, which are as long as the
    /// table, and the factors behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check(ReadOnlySpan<byte> block, ReadOnlySpan<byte> table)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(block.Length, table.Length + FactorSizeBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(table.Length & 63, 0, nameof(table));
    }
}
