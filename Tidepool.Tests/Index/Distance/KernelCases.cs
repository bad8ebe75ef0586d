using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Distance;

/// <summary>Each kernel beside its definition, and the vectors they are tried on.</summary>
internal static class KernelCases
{
    /// <summary>Every length up to 300 (more than four registers of each width), and some that are larger.</summary>
    internal static IEnumerable<int> Lengths =>
        Enumerable.Range(0, 301).Concat([384, 511, 768, 1000, 1536, 3072, 4099]);

    internal static IReadOnlyList<KernelCase> All { get; } =
    [
        new("Dot", Float32Kernels.Dot, ScalarKernels.Dot, RowSums.Compute<DotTerm>),
        new(
            "SquaredEuclidean",
            Float32Kernels.SquaredEuclidean,
            ScalarKernels.SquaredEuclidean,
            RowSums.Compute<SquaredDifferenceTerm>),
        new("Manhattan", Float32Kernels.Manhattan, ScalarKernels.Manhattan, RowSums.Compute<AbsoluteDifferenceTerm>),
        new("Hamming", Float32Kernels.Hamming, (a, b) => ScalarKernels.Hamming(a, b), RowSums.Compute<UnequalTerm>),
        new(
            "SquaredNorm",
            (a, _) => Float32Kernels.SquaredNorm(a),
            (a, _) => ScalarKernels.Dot(a, a),
            null),
        new("Norm", (a, _) => Float32Kernels.Norm(a), (a, _) => Math.Sqrt(ScalarKernels.Dot(a, a)), null),
    ];

    /// <summary>How far from its definition a kernel may be: (n / 4 + 8) · 2⁻²⁴ of the sizes of its terms.</summary>
    /// <remarks>
    /// Each of n additions rounds by at most 2⁻²⁴ of a partial sum. The sizes, not the sum: a dot product can cancel.
    /// One term too many or too few among 300 is off by a hundred times as much.
    /// </remarks>
    internal static double Tolerance(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double expected)
    {
        double size = Math.Abs(expected);
        for (int i = 0; i < a.Length; i++)
        {
            size += Math.Abs((double)a[i] * b[i]);
        }

        return size * ((a.Length / 4) + 8) * Math.Pow(2, -24);
    }

    /// <summary>Numbers in [-1, 1), of which some repeat so that vectors agree in some dimensions.</summary>
    internal static void Fill(Span<float> values, Random random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.Next(4) == 0 ? 0.5f : (random.NextSingle() * 2) - 1;
        }
    }
}
