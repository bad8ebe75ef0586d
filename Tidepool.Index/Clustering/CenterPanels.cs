using Tidepool.Index.Distance;

namespace Tidepool.Index.Clustering;

/// <summary>Centers as <see cref="NearestPanel"/> reads them: 32 to a panel, transposed, with their squared
/// norms.</summary>
/// <remarks>Immutable; any number of threads.</remarks>
internal sealed class CenterPanels
{
    private readonly float[] _values; // Pinned: a collection would move it off its cache lines.
    private readonly float[] _norms;

    /// <param name="centers">Row-major.</param>
    /// <param name="centerCount">How many; at least 1.</param>
    /// <param name="dimensions">Values of each.</param>
    internal CenterPanels(ReadOnlySpan<float> centers, int centerCount, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(centerCount, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)centers.Length, (long)centerCount * dimensions);
        CenterCount = centerCount;
        Dimensions = dimensions;
        PanelCount = (centerCount + NearestPanel.PanelCenters - 1) / NearestPanel.PanelCenters;
        _values = GC.AllocateArray<float>(checked((PanelCount * PanelLength) + CacheLine.Floats - 1), pinned: true);
        _norms = new float[PanelCount * NearestPanel.PanelCenters];
        _norms.AsSpan(centerCount).Fill(float.PositiveInfinity); // Never nearest.
        for (int center = 0; center < centerCount; center++)
        {
            Pack(center, centers.Slice(center * dimensions, dimensions));
        }
    }

    internal int CenterCount { get; }

    internal int Dimensions { get; }

    internal int PanelCount { get; }

    /// <summary>Floats of a panel.</summary>
    internal int PanelLength => NearestPanel.PanelCenters * Dimensions;

    internal ReadOnlySpan<float> GetPanel(int panel) => Values.Slice(panel * PanelLength, PanelLength);

    internal ReadOnlySpan<float> GetNorms(int panel) =>
        _norms.AsSpan(panel * NearestPanel.PanelCenters, NearestPanel.PanelCenters);

    private Span<float> Values => CacheLine.Align(_values, PanelCount * PanelLength);

    private void Pack(int center, ReadOnlySpan<float> values)
    {
        _norms[center] = Float32Kernels.SquaredNorm(values);
        Span<float> panel = Values.Slice(center / NearestPanel.PanelCenters * PanelLength, PanelLength);
        int column = center % NearestPanel.PanelCenters;
        for (int t = 0; t < values.Length; t++)
        {
            panel[(t * NearestPanel.PanelCenters) + column] = values[t];
        }
    }
}
