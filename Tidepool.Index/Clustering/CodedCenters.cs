using System.Runtime.InteropServices;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Clustering;

/// <summary>Centers as <see cref="CodedPanel"/> reads them, with all levels of one scale.</summary>
/// <remarks>Immutable; any number of threads.</remarks>
internal sealed class CodedCenters
{
    private readonly float[] _centers;
    private readonly float[] _panels; // Bytes; an array of floats is pinned and lies on cache lines.
    private readonly short[] _starts;
    private readonly float[] _norms;

    /// <param name="centers">Row-major; kept.</param>
    /// <param name="dimensions">Values of each; see <see cref="Supports"/>.</param>
    internal CodedCenters(float[] centers, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(Supports(dimensions), false);
        ArgumentOutOfRangeException.ThrowIfZero(centers.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(centers.Length % dimensions, 0);
        _centers = centers;
        Dimensions = dimensions;
        CenterCount = centers.Length / dimensions;
        PanelCount = (CenterCount + CodedPanel.PanelCenters - 1) / CodedPanel.PanelCenters;
        _panels = GC.AllocateArray<float>(
            (PanelCount * PanelSizeBytes / sizeof(float)) + CacheLine.Floats - 1, pinned: true);
        _starts = new short[PanelCount * 2 * CodedPanel.PanelCenters];
        _norms = new float[PanelCount * CodedPanel.PanelCenters];
        _norms.AsSpan(CenterCount).Fill(float.PositiveInfinity); // Never nearest.
        float largestNorm = 0;
        for (int center = 0; center < CenterCount; center++)
        {
            _norms[center] = Float32Kernels.SquaredNorm(GetCenter(center));
            largestNorm = MathF.Max(largestNorm, _norms[center]);
        }

        Scale = CodedRow.GetScale(MathF.Sqrt(largestNorm), CodedRow.GetLargest(centers), dimensions);
        byte[] code = new byte[dimensions];
        for (int center = 0; center < CenterCount; center++)
        {
            CodedRow.Encode(GetCenter(center), Scale, zero: 0, code);
            Pack(center, MemoryMarshal.Cast<byte, sbyte>(code));
        }
    }

    internal int CenterCount { get; }

    internal int Dimensions { get; }

    internal int PanelCount { get; }

    /// <summary>What a level of a center is worth.</summary>
    internal float Scale { get; }

    internal int PanelSizeBytes => CodedPanel.PanelCenters * Dimensions;

    private Span<sbyte> Panels => MemoryMarshal.Cast<float, sbyte>(
        CacheLine.Align(_panels, PanelCount * PanelSizeBytes / sizeof(float)));

    /// <summary>Whether centers of so many dimensions can be coded, and are compared faster then.</summary>
    internal static bool Supports(int dimensions) =>
        CodedPanel.IsSupported && dimensions >= 64 && dimensions % 16 == 0;

    internal ReadOnlySpan<sbyte> GetPanel(int panel) => Panels.Slice(panel * PanelSizeBytes, PanelSizeBytes);

    internal ReadOnlySpan<short> GetStarts(int panel) =>
        _starts.AsSpan(panel * 2 * CodedPanel.PanelCenters, 2 * CodedPanel.PanelCenters);

    internal ReadOnlySpan<float> GetNorms(int panel) =>
        _norms.AsSpan(panel * CodedPanel.PanelCenters, CodedPanel.PanelCenters);

    internal ReadOnlySpan<float> GetCenter(int center) => _centers.AsSpan(center * Dimensions, Dimensions);

    private void Pack(int center, ReadOnlySpan<sbyte> code)
    {
        const int Step = CodedPanel.Multiple;
        Span<sbyte> panel = Panels.Slice(center / CodedPanel.PanelCenters * PanelSizeBytes, PanelSizeBytes);
        int column = center % CodedPanel.PanelCenters;
        Span<int> sums = stackalloc int[2];
        for (int t = 0; t < code.Length; t++)
        {
            panel[(t / Step * Step * CodedPanel.PanelCenters) + (Step * column) + (t % Step)] = code[t];
            sums[t % Step / 2] += code[t];
        }

        for (int half = 0; half < sums.Length; half++)
        {
            _starts[(2 * center) + half] = unchecked((short)(-CodedPanel.Zero * sums[half]));
        }
    }
}
