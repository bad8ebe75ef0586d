using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>A distance made of the sum of a term over the dimensions; smaller is closer.</summary>
/// <remarks>Its forms for one, four and eight rows agree to the bit.</remarks>
internal interface IDistance
{
    /// <summary>Whether the L2 norms of query and row are part of it.</summary>
    static abstract bool UsesNorms { get; }

    /// <summary>Distances from sums; normProducts is |query| · |row| of each, for those that use norms.</summary>
    static abstract Vector256<float> FromSums(Vector256<float> sums, Vector256<float> normProducts);

    /// <inheritdoc cref="FromSums(Vector256{float}, Vector256{float})"/>
    static abstract Vector128<float> FromSums(Vector128<float> sums, Vector128<float> normProducts);

    /// <inheritdoc cref="FromSums(Vector256{float}, Vector256{float})"/>
    static abstract float FromSum(float sum, float normProduct);

    /// <summary>Lanes whose result no overflow or underflow of single precision can have spoiled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual Vector256<float> AreSound(Vector256<float> distances, Vector256<float> normProducts) =>
        Vector256.LessThan(Vector256.Abs(distances), Vector256.Create(float.PositiveInfinity));

    /// <inheritdoc cref="AreSound(Vector256{float}, Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual Vector128<float> AreSound(Vector128<float> distances, Vector128<float> normProducts) =>
        Vector128.LessThan(Vector128.Abs(distances), Vector128.Create(float.PositiveInfinity));

    /// <inheritdoc cref="AreSound(Vector256{float}, Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual bool IsSound(float distance, float normProduct) => float.IsFinite(distance);

    /// <summary>The distance by way of double precision, for results that are not sound; never NaN.</summary>
    static abstract float Exact(ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<float> row, float rowNorm);
}
