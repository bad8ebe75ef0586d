namespace Tidepool.Index.Distance;

/// <summary>Sums over the dimensions of two vectors of one length, in single precision.</summary>
/// <remarks>Overflow gives an infinity or NaN; <see cref="RowBlock"/> mends it for rows.</remarks>
internal static class Float32Kernels
{
    // Outside, squares would lose bits to underflow or have overflowed.
    private const float SmallestSafeSquare = 1e-30f;

    internal static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => RowSums.Compute<DotTerm>(a, b);

    internal static float SquaredEuclidean(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        RowSums.Compute<SquaredDifferenceTerm>(a, b);

    internal static float Manhattan(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        RowSums.Compute<AbsoluteDifferenceTerm>(a, b);

    /// <summary>How many dimensions differ.</summary>
    internal static float Hamming(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => RowSums.Compute<UnequalTerm>(a, b);

    internal static float SquaredNorm(ReadOnlySpan<float> a) => RowSums.Compute<DotTerm>(a, a);

    /// <summary>The L2 norm; zero only for the zero vector.</summary>
    internal static float Norm(ReadOnlySpan<float> a)
    {
        float squared = SquaredNorm(a);
        return squared is >= SmallestSafeSquare and <= float.MaxValue
            ? MathF.Sqrt(squared)
            : (float)Math.Sqrt(ScalarKernels.Dot(a, a));
    }
}
