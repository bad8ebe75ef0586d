using System.Buffers;
using System.Runtime.InteropServices;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Clustering;

/// <summary>Finds the nearest center of each of many rows, in blocks that stay in the cache.</summary>
internal static class NearestCenters
{
    // Half of a second-level cache of 768 KiB or more for the centers, a quarter for the rows that pass over them.
    private const int PanelGroupBytes = 384 * 1024;
    private const int RowChunkBytes = 192 * 1024;

    /// <summary>The nearest center of each row, by squared Euclidean distance; the first of equal ones.</summary>
    /// <param name="centers">The centers.</param>
    /// <param name="rows">Row-major; as many dimensions as the centers have.</param>
    /// <param name="nearest">Takes the number of each row's center; some center for values that are not finite.</param>
    /// <param name="squaredDistances">Takes the distances to them; rounded, but never negative.</param>
    internal static void Assign(
        CenterPanels centers, ReadOnlySpan<float> rows, Span<int> nearest, Span<float> squaredDistances)
    {
        int dimensions = centers.Dimensions;
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)rows.Length, (long)nearest.Length * dimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(squaredDistances.Length, nearest.Length);
        int chunkRows = GetChunkRows(dimensions, nearest.Length);
        int slots = chunkRows * NearestPanel.Slots;
        int tailLength = NearestPanel.TileRows * dimensions;
        float[] rented = ArrayPool<float>.Shared.Rent((2 * slots) + tailLength + CacheLine.Floats - 1);
        try
        {
            Span<float> aligned = CacheLine.Align(rented, (2 * slots) + tailLength);
            Span<int> bestCenters = MemoryMarshal.Cast<float, int>(aligned.Slice(slots, slots));
            for (int first = 0; first < nearest.Length; first += chunkRows)
            {
                int count = Math.Min(chunkRows, nearest.Length - first);
                ReadOnlySpan<float> chunk = rows.Slice(first * dimensions, count * dimensions);
                CompareChunk(centers, chunk, count, aligned[..slots], bestCenters, aligned[(2 * slots)..]);
                for (int row = 0; row < count; row++)
                {
                    int slot = row * NearestPanel.Slots;
                    (float value, nearest[first + row]) = TakeBest(
                        aligned.Slice(slot, NearestPanel.Slots), bestCenters.Slice(slot, NearestPanel.Slots));
                    float norm = Float32Kernels.SquaredNorm(chunk.Slice(row * dimensions, dimensions));
                    squaredDistances[first + row] = MathF.Max(0, norm + value);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>The least value of a row's slots; of equal ones that of the first center.</summary>
    internal static (float Value, int Center) TakeBest(ReadOnlySpan<float> values, ReadOnlySpan<int> centers)
    {
        float best = values[0];
        int center = centers[0];
        for (int slot = 1; slot < values.Length; slot++)
        {
            if (values[slot] < best || (values[slot] == best && centers[slot] < center))
            {
                best = values[slot];
                center = centers[slot];
            }
        }

        return (best, center);
    }

    /// <summary>Whole tiles that fit the cache with their slots, but no more than there are rows for.</summary>
    private static int GetChunkRows(int dimensions, int rowCount)
    {
        int bytesPerTile = NearestPanel.TileRows * sizeof(float) * (dimensions + (2 * NearestPanel.Slots));
        int wantedTiles = (rowCount + NearestPanel.TileRows - 1) / NearestPanel.TileRows;
        return NearestPanel.TileRows * Math.Max(1, Math.Min(wantedTiles, RowChunkBytes / bytesPerTile));
    }

    private static void CompareChunk(
        CenterPanels centers,
        ReadOnlySpan<float> chunk,
        int count,
        Span<float> bestValues,
        Span<int> bestCenters,
        Span<float> tail)
    {
        int dimensions = centers.Dimensions;
        int whole = count - (count % NearestPanel.TileRows);
        tail.Clear();
        chunk[(whole * dimensions)..].CopyTo(tail);
        bestValues.Fill(float.PositiveInfinity);
        bestCenters.Clear();
        int group = Math.Max(1, PanelGroupBytes / (sizeof(float) * Math.Max(1, centers.PanelLength)));
        for (int first = 0; first < centers.PanelCount; first += group)
        {
            int end = Math.Min(centers.PanelCount, first + group);
            for (int row = 0; row < count; row += NearestPanel.TileRows)
            {
                ReadOnlySpan<float> tile = row < whole
                    ? chunk.Slice(row * dimensions, NearestPanel.TileRows * dimensions)
                    : tail;
                int slot = row * NearestPanel.Slots;
                Span<float> values = bestValues.Slice(slot, NearestPanel.TileRows * NearestPanel.Slots);
                Span<int> indices = bestCenters.Slice(slot, values.Length);
                for (int panel = first; panel < end; panel++)
                {
                    NearestPanel.Compare(
                        tile,
                        centers.GetPanel(panel),
                        centers.GetNorms(panel),
                        panel * NearestPanel.PanelCenters,
                        values,
                        indices);
                }
            }
        }
    }
}
