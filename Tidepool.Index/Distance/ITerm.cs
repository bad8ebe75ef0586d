using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>What one dimension of two vectors adds to their sum, at each register width.</summary>
/// <remarks>
/// Two zeros add nothing: kernels zero the lanes they have counted already. A type rather than a delegate, so that
/// the compiler makes one loop per term with the term inlined.
/// </remarks>
internal interface ITerm
{
    static abstract Vector512<float> Add(Vector512<float> sum, Vector512<float> query, Vector512<float> row);

    static abstract Vector256<float> Add(Vector256<float> sum, Vector256<float> query, Vector256<float> row);

    static abstract Vector128<float> Add(Vector128<float> sum, Vector128<float> query, Vector128<float> row);

    static abstract float Add(float sum, float query, float row);
}
