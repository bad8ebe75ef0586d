using System.Buffers;
using System.Runtime.InteropServices;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Clustering;

/// <summary>Finds a center of each of many rows that is nearest, or, where the machine is faster then, as good as
/// nearest.</summary>
/// <remarks>
/// By codes, one or two rows in a hundred get a center that is farther than the nearest by about as much as the codes
/// err, which makes the mean squared distance 1.0002 times as large, in two fifths of the time. What a row gets depends
/// on the row and the centers alone. Immutable; any number of threads.
/// </remarks>
internal sealed class CenterFinder
{
    // As for NearestCenters: what stays in the second-level cache, and what passes over it.
    private const int PanelGroupBytes = 384 * 1024;
    private const int ChunkRows = 32 * CodedPanel.TileRows;

    private readonly CenterPanels? _exact;
    private readonly CodedCenters? _coded;

    /// <param name="centers">Row-major, at least one; kept.</param>
    /// <param name="dimensions">Values of each.</param>
    internal CenterFinder(float[] centers, int dimensions)
    {
        if (CodedCenters.Supports(dimensions))
        {
            _coded = new CodedCenters(centers, dimensions);
        }
        else
        {
            _exact = new CenterPanels(centers, centers.Length / dimensions, dimensions);
        }
    }

    /// <summary>Finds the centers.</summary>
    /// <param name="rows">Row-major; as many dimensions as the centers have.</param>
    /// <param name="nearest">Takes the number of each row's center; some center for values that are not finite.</param>
    /// <param name="squaredDistances">Takes the distances to them; rounded, but never negative.</param>
    internal void Find(ReadOnlySpan<float> rows, Span<int> nearest, Span<float> squaredDistances)
    {
        if (_exact is not null)
        {
            NearestCenters.Assign(_exact, rows, nearest, squaredDistances);
            return;
        }

        CodedCenters centers = _coded!;
        int dimensions = centers.Dimensions;
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)rows.Length, (long)nearest.Length * dimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(squaredDistances.Length, nearest.Length);
        const int Slots = ChunkRows * CodedPanel.Slots;
        int codeLength = ChunkRows * dimensions / sizeof(float);
        float[] rented = ArrayPool<float>.Shared.Rent(
            (2 * Slots) + codeLength + ChunkRows + CacheLine.Floats - 1);
        try
        {
            Span<float> aligned = CacheLine.Align(rented, (2 * Slots) + codeLength + ChunkRows);
            Span<int> bestCenters = MemoryMarshal.Cast<float, int>(aligned.Slice(Slots, Slots));
            Span<byte> codes = MemoryMarshal.AsBytes(aligned.Slice(2 * Slots, codeLength));
            Span<float> factors = aligned[((2 * Slots) + codeLength)..];
            for (int first = 0; first < nearest.Length; first += ChunkRows)
            {
                int count = Math.Min(ChunkRows, nearest.Length - first);
                ReadOnlySpan<float> chunk = rows.Slice(first * dimensions, count * dimensions);
                Encode(centers, chunk, codes, factors);
                Compare(centers, count, codes, factors, aligned[..Slots], bestCenters);
                for (int row = 0; row < count; row++)
                {
                    int slot = row * CodedPanel.Slots;
                    int center = NearestCenters.TakeBest(
                        aligned.Slice(slot, CodedPanel.Slots), bestCenters.Slice(slot, CodedPanel.Slots)).Center;
                    nearest[first + row] = center;
                    squaredDistances[first + row] = Float32Kernels.SquaredEuclidean(
                        chunk.Slice(row * dimensions, dimensions), centers.GetCenter(center));
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>The codes of rows, and what makes of their products with centers a part of the distance.</summary>
    private static void Encode(CodedCenters centers, ReadOnlySpan<float> rows, Span<byte> codes, Span<float> factors)
    {
        int dimensions = centers.Dimensions;
        for (int row = 0; row < rows.Length / dimensions; row++)
        {
            ReadOnlySpan<float> values = rows.Slice(row * dimensions, dimensions);
            float scale = CodedRow.GetScale(
                MathF.Sqrt(Float32Kernels.SquaredNorm(values)), CodedRow.GetLargest(values), dimensions);
            CodedRow.Encode(values, scale, CodedPanel.Zero, codes.Slice(row * dimensions, dimensions));
            factors[row] = -2 * scale * centers.Scale;
        }
    }

    private static void Compare(
        CodedCenters centers,
        int rowCount,
        ReadOnlySpan<byte> codes,
        ReadOnlySpan<float> factors,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        int tileSize = CodedPanel.TileRows * centers.Dimensions;
        const int TileSlots = CodedPanel.TileRows * CodedPanel.Slots;
        bestValues.Fill(float.PositiveInfinity);
        bestCenters.Clear();
        // The last tile may hold rows of an earlier chunk behind its own: they are compared for nobody.
        int tileCount = (rowCount + CodedPanel.TileRows - 1) / CodedPanel.TileRows;
        int group = Math.Max(1, PanelGroupBytes / centers.PanelSizeBytes);
        for (int first = 0; first < centers.PanelCount; first += group)
        {
            int end = Math.Min(centers.PanelCount, first + group);
            for (int tile = 0; tile < tileCount; tile++)
            {
                for (int panel = first; panel < end; panel++)
                {
                    CodedPanel.Compare(
                        codes.Slice(tile * tileSize, tileSize),
                        factors.Slice(tile * CodedPanel.TileRows, CodedPanel.TileRows),
                        centers.GetPanel(panel),
                        centers.GetStarts(panel),
                        centers.GetNorms(panel),
                        panel * CodedPanel.PanelCenters,
                        bestValues.Slice(tile * TileSlots, TileSlots),
                        bestCenters.Slice(tile * TileSlots, TileSlots));
                }
            }
        }
    }
}
