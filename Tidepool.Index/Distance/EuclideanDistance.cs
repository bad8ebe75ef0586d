using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>√Σ (qᵢ - rᵢ)².</summary>
internal readonly struct EuclideanDistance : IDistance
{
    // Below, squares lose bits to underflow.
    private const float Smallest = 1e-15f;

    public static bool UsesNorms => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromSums(Vector256<float> sums, Vector256<float> normProducts) =>
        Vector256.Sqrt(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromSums(Vector128<float> sums, Vector128<float> normProducts) =>
        Vector128.Sqrt(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromSum(float sum, float normProduct) => MathF.Sqrt(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AreSound(Vector256<float> distances, Vector256<float> normProducts) =>
        Vector256.GreaterThanOrEqual(distances, Vector256.Create(Smallest))
        & Vector256.LessThan(distances, Vector256.Create(float.PositiveInfinity));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AreSound(Vector128<float> distances, Vector128<float> normProducts) =>
        Vector128.GreaterThanOrEqual(distances, Vector128.Create(Smallest))
        & Vector128.LessThan(distances, Vector128.Create(float.PositiveInfinity));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSound(float distance, float normProduct) =>
        distance is >= Smallest and < float.PositiveInfinity;

    public static float Exact(
        ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<float> row, float rowNorm) =>
        (float)Math.Sqrt(ScalarKernels.SquaredEuclidean(query, row));
}
