using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>1 where q and r differ; a float counts exactly up to 2²⁴ dimensions.</summary>
internal readonly struct UnequalTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> sum, Vector512<float> query, Vector512<float> row) =>
        sum + Vector512.ConditionalSelect(Vector512.Equals(query, row), Vector512<float>.Zero, Vector512<float>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> sum, Vector256<float> query, Vector256<float> row) =>
        sum + Vector256.ConditionalSelect(Vector256.Equals(query, row), Vector256<float>.Zero, Vector256<float>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> sum, Vector128<float> query, Vector128<float> row) =>
        sum + Vector128.ConditionalSelect(Vector128.Equals(query, row), Vector128<float>.Zero, Vector128<float>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float sum, float query, float row) => query == row ? sum : sum + 1;
}
