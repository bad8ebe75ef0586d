using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>(q - r)².</summary>
internal readonly struct SquaredDifferenceTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> sum, Vector512<float> query, Vector512<float> row)
    {
        Vector512<float> difference = query - row;
        return Vector512.FusedMultiplyAdd(difference, difference, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> sum, Vector256<float> query, Vector256<float> row)
    {
        Vector256<float> difference = query - row;
        return Vector256.FusedMultiplyAdd(difference, difference, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> sum, Vector128<float> query, Vector128<float> row)
    {
        Vector128<float> difference = query - row;
        return Vector128.MultiplyAddEstimate(difference, difference, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float sum, float query, float row)
    {
        float difference = query - row;
        return sum + (difference * difference);
    }
}
