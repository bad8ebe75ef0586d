using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>1 - q · r / (|q| |r|), in [0, 2]; 1 where a norm is zero.</summary>
internal readonly struct CosineDistance : IDistance
{
    // Between these products no part of q · r overflows (|Σ qᵢ rᵢ| over any dimensions is at most |q| |r|), and what
    // underflows is too small to count. Zero norms lie outside.
    private const float SmallestProduct = 1e-30f;
    private const float LargestProduct = 1e36f;

    public static bool UsesNorms => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromSums(Vector256<float> sums, Vector256<float> normProducts) =>
        Vector256.MinNative(
            Vector256.MaxNative(Vector256<float>.One - (sums / normProducts), Vector256<float>.Zero),
            Vector256.Create(2f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromSums(Vector128<float> sums, Vector128<float> normProducts) =>
        Vector128.MinNative(
            Vector128.MaxNative(Vector128<float>.One - (sums / normProducts), Vector128<float>.Zero),
            Vector128.Create(2f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromSum(float sum, float normProduct) => Math.Clamp(1 - (sum / normProduct), 0, 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AreSound(Vector256<float> distances, Vector256<float> normProducts) =>
        Vector256.GreaterThanOrEqual(normProducts, Vector256.Create(SmallestProduct))
        & Vector256.LessThanOrEqual(normProducts, Vector256.Create(LargestProduct));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AreSound(Vector128<float> distances, Vector128<float> normProducts) =>
        Vector128.GreaterThanOrEqual(normProducts, Vector128.Create(SmallestProduct))
        & Vector128.LessThanOrEqual(normProducts, Vector128.Create(LargestProduct));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSound(float distance, float normProduct) =>
        normProduct is >= SmallestProduct and <= LargestProduct;

    public static float Exact(
        ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<float> row, float rowNorm) =>
        queryNorm == 0 || rowNorm == 0 ? 1 : (float)ScalarKernels.Cosine(query, row);
}
