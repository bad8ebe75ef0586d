using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Σ (qᵢ - rᵢ)².</summary>
internal readonly struct SquaredEuclideanDistance : IDistance
{
    public static bool UsesNorms => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromSums(Vector256<float> sums, Vector256<float> normProducts) =>
        sums;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromSums(Vector128<float> sums, Vector128<float> normProducts) =>
        sums;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromSum(float sum, float normProduct) => sum;

    public static float Exact(
        ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<float> row, float rowNorm) =>
        (float)ScalarKernels.SquaredEuclidean(query, row);
}
