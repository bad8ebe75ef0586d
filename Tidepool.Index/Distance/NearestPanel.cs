using System.Diagnostics;

namespace Tidepool.Index.Distance;

/// <summary>Which of 32 centers is nearest to each of 12 rows: the inner part of a matrix product.</summary>
/// <remarks>
/// A panel holds 32 centers transposed: value t of center j is at 32 * t + j. What is compared is |c|² - 2 x · c, the
/// squared distance without |x|². Slot s of a row keeps the best of the centers whose number modulo 16 is s, and of
/// equal ones the first, so that every width of register gives each row one answer wherever it stands in a tile.
/// </remarks>
internal static class NearestPanel
{
    internal const int TileRows = 12;
    internal const int PanelCenters = 32;
    internal const int Slots = 16;

    /// <summary>Keeps in each slot what is nearer than the best so far.</summary>
    /// <param name="tile">Twelve rows, row-major.</param>
    /// <param name="panel">As many times 32 values as a row has dimensions.</param>
    /// <param name="norms">The squared norms of the panel's centers; infinity where there is none.</param>
    /// <param name="firstCenter">The number of the panel's first center; a multiple of 32.</param>
    /// <param name="bestValues">Sixteen slots for each row.</param>
    /// <param name="bestCenters">The centers of the best values; unchanged where no value is a number.</param>
    internal static void Compare(
        ReadOnlySpan<float> tile,
        ReadOnlySpan<float> panel,
        ReadOnlySpan<float> norms,
        int firstCenter,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        // What makes every raw reference of the kernels safe.
        ArgumentOutOfRangeException.ThrowIfNotEqual(norms.Length, PanelCenters);
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)tile.Length * PanelCenters, (long)panel.Length * TileRows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(panel.Length % PanelCenters, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bestValues.Length, TileRows * Slots);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bestCenters.Length, TileRows * Slots);
        if (KernelWidth.HasVector512)
        {
            NearestPanel512.Compare(tile, panel, norms, firstCenter, bestValues, bestCenters);
        }
        else if (KernelWidth.HasVector256)
        {
            NearestPanel256.Compare(tile, panel, norms, firstCenter, bestValues, bestCenters);
        }
        else if (KernelWidth.HasVector128)
        {
            NearestPanel128.Compare(tile, panel, norms, firstCenter, bestValues, bestCenters);
        }
        else
        {
            CompareScalar(tile, panel, norms, firstCenter, bestValues, bestCenters);
        }
    }

    /// <summary>The definition of <see cref="Compare"/>.</summary>
    internal static void CompareScalar(
        ReadOnlySpan<float> tile,
        ReadOnlySpan<float> panel,
        ReadOnlySpan<float> norms,
        int firstCenter,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        int dimensions = panel.Length / PanelCenters;
        Debug.Assert(tile.Length == TileRows * dimensions);
        Span<float> products = stackalloc float[PanelCenters];
        for (int i = 0; i < TileRows; i++)
        {
            products.Clear();
            ReadOnlySpan<float> row = tile.Slice(i * dimensions, dimensions);
            for (int t = 0; t < dimensions; t++)
            {
                ReadOnlySpan<float> values = panel.Slice(t * PanelCenters, PanelCenters);
                for (int j = 0; j < values.Length; j++)
                {
                    products[j] += row[t] * values[j];
                }
            }

            for (int j = 0; j < PanelCenters; j++)
            {
                float value = norms[j] - (2 * products[j]);
                int slot = (i * Slots) + (j % Slots);
                if (value < bestValues[slot])
                {
                    bestValues[slot] = value;
                    bestCenters[slot] = firstCenter + j;
                }
            }
        }
    }
}
