using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Which of 32 centers is nearest to each of 12 rows, by bytes that stand for their numbers: what
/// <see cref="NearestPanel"/> does, nearly as well and in a third of the time.</summary>
/// <remarks>
/// <para>A byte of a row is <see cref="Zero"/> more than its level, one of a center is the level itself, both from
/// -<see cref="Levels"/> to <see cref="Levels"/>, so that a pair of products has 16 bits. A panel holds 32 centers four
/// dimensions at a time: dimension 4 t + i of center j is byte 128 t + 4 j + i.</para>
/// <para>Sums have 16 bits as well and wrap around: one for the first two of each four dimensions, one for the others.
/// Each starts from what <see cref="Zero"/> adds to it, negated, and ends right if the levels' vectors are no longer
/// than <see cref="MaxNorm"/>, by Cauchy and Schwarz.</para>
/// <para>What is compared is |c|² + factor · ⟨row, c⟩. As there, slot s of a row keeps the best of the centers whose
/// number modulo 16 is s, and of equal ones the first.</para>
/// </remarks>
internal static class CodedPanel
{
    internal const int TileRows = NearestPanel.TileRows;
    internal const int PanelCenters = NearestPanel.PanelCenters;
    internal const int Slots = NearestPanel.Slots;

    /// <summary>What the number of dimensions is a multiple of.</summary>
    internal const int Multiple = 4;

    /// <summary>Levels on either side of zero.</summary>
    internal const int Levels = 63;

    /// <summary>The byte of a row that stands for zero.</summary>
    internal const int Zero = 64;

    /// <summary>The length of a vector of levels: its square is at most 2¹⁵ - 1.</summary>
    internal const float MaxNorm = 181;

    /// <summary>Whether this machine has the instruction; without it, exact comparisons are as fast.</summary>
    internal static bool IsSupported => KernelWidth.HasVector256;

    /// <summary>Keeps in each slot what is nearer than the best so far.</summary>
    /// <param name="tile">Twelve rows, row-major.</param>
    /// <param name="factors">What the products of each row are multiplied with.</param>
    /// <param name="panel">As many times 32 bytes as a row has dimensions.</param>
    /// <param name="starts">The two sums that each center begins with.</param>
    /// <param name="norms">The squared norms of the panel's centers; infinity where there is none.</param>
    /// <param name="firstCenter">The number of the panel's first center; a multiple of 32.</param>
    /// <param name="bestValues">Sixteen slots for each row.</param>
    /// <param name="bestCenters">The centers of the best values; unchanged where no value is a number.</param>
    internal static void Compare(
        ReadOnlySpan<byte> tile,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<sbyte> panel,
        ReadOnlySpan<short> starts,
        ReadOnlySpan<float> norms,
        int firstCenter,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        // What makes every raw reference of the kernels safe.
        ArgumentOutOfRangeException.ThrowIfNotEqual(factors.Length, TileRows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(starts.Length, 2 * PanelCenters);
        ArgumentOutOfRangeException.ThrowIfNotEqual(norms.Length, PanelCenters);
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)tile.Length * PanelCenters, (long)panel.Length * TileRows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(panel.Length % (PanelCenters * Multiple), 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bestValues.Length, TileRows * Slots);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bestCenters.Length, TileRows * Slots);
        if (KernelWidth.HasVector512 && Avx512BW.IsSupported)
        {
            CodedPanel512.Compare(tile, factors, panel, starts, norms, firstCenter, bestValues, bestCenters);
        }
        else if (KernelWidth.HasVector256)
        {
            CodedPanel256.Compare(tile, factors, panel, starts, norms, firstCenter, bestValues, bestCenters);
        }
        else
        {
            CompareScalar(tile, factors, panel, starts, norms, firstCenter, bestValues, bestCenters);
        }
    }

    /// <summary>The definition of <see cref="Compare"/>.</summary>
    internal static void CompareScalar(
        ReadOnlySpan<byte> tile,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<sbyte> panel,
        ReadOnlySpan<short> starts,
        ReadOnlySpan<float> norms,
        int firstCenter,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        int dimensions = panel.Length / PanelCenters;
        Debug.Assert(tile.Length == TileRows * dimensions);
        for (int i = 0; i < TileRows; i++)
        {
            ReadOnlySpan<byte> row = tile.Slice(i * dimensions, dimensions);
            for (int j = 0; j < PanelCenters; j++)
            {
                int product = MultiplyHalf(row, panel, j, half: 0, starts) + MultiplyHalf(row, panel, j, 1, starts);
                float value = MathF.FusedMultiplyAdd(product, factors[i], norms[j]);
                int slot = (i * Slots) + (j % Slots);
                if (value < bestValues[slot])
                {
                    bestValues[slot] = value;
                    bestCenters[slot] = firstCenter + j;
                }
            }
        }
    }

    /// <summary>The sum over the first or the last two of each four dimensions.</summary>
    private static short MultiplyHalf(
        ReadOnlySpan<byte> row, ReadOnlySpan<sbyte> panel, int center, int half, ReadOnlySpan<short> starts)
    {
        short sum = starts[(2 * center) + half];
        for (int t = 0; t < row.Length; t += Multiple)
        {
            int i = t + (2 * half);
            int place = (t * PanelCenters) + (Multiple * center) + (2 * half);
            sum = unchecked((short)(sum + (row[i] * panel[place]) + (row[i + 1] * panel[place + 1])));
        }

        return sum;
    }
}
