using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>A distance made of the sum of a term over the dimensions; smaller is closer.</summary>
internal interface IDistance
{
    /// <summary>Whether the L2 norms of query and row are part of it.</summary>
    static abstract bool UsesNorms { get; }

    /// <summary>Distances from sums; normProducts is |query| · |row| of each, for those that use norms.</summary>
    static abstract Vector128<float> FromSums(Vector128<float> sums, Vector128<float> normProducts);

    /// <summary>The same for one row, to the bit.</summary>
    static abstract float FromSum(float sum, float normProduct);

    /// <summary>Lanes whose result no overflow or underflow of single precision can have spoiled.</summary>
    static abstract Vector128<float> AreSound(Vector128<float> distances, Vector128<float> normProducts);

    /// <summary>Whether no overflow or underflow of single precision can have spoiled the result.</summary>
    static abstract bool IsSound(float distance, float normProduct);

    /// <summary>The distance by way of double precision, for results that are not sound. Never NaN for finite vectors.</summary>
    static abstract float Exact(ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<float> row, float rowNorm);
}
