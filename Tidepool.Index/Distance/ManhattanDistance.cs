using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Σ |qᵢ - rᵢ|.</summary>
internal readonly struct ManhattanDistance : IDistance
{
    public static bool UsesNorms => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromSums(Vector128<float> sums, Vector128<float> normProducts) =>
        sums;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromSum(float sum, float normProduct) => sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AreSound(Vector128<float> distances, Vector128<float> normProducts) =>
        Vector128.LessThan(Vector128.Abs(distances), Vector128.Create(float.PositiveInfinity));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSound(float distance, float normProduct) =>
        float.IsFinite(distance);

    public static float Exact(
        ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<float> row, float rowNorm) =>
        (float)ScalarKernels.Manhattan(query, row);
}
