using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>q · r.</summary>
internal readonly struct DotTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> sum, Vector512<float> query, Vector512<float> row) =>
        Vector512.FusedMultiplyAdd(query, row, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> sum, Vector256<float> query, Vector256<float> row) =>
        Vector256.FusedMultiplyAdd(query, row, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> sum, Vector128<float> query, Vector128<float> row) =>
        Vector128.MultiplyAddEstimate(query, row, sum); // Not fused where 128-bit registers come without it.

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float sum, float query, float row) => sum + (query * row);
}
