namespace Tidepool.Index.Distance;

/// <summary>What a residual r, its code x and the center c that r starts from add up to.</summary>
/// <param name="Squares">|r|².</param>
/// <param name="Product">⟨r, x⟩.</param>
/// <param name="CenterProduct">⟨c, x⟩.</param>
/// <param name="Excess">|r|²|x|² / ⟨r, x⟩² - 1: the squared tangent of the angle between r and x.</param>
internal readonly record struct CodeSums(double Squares, double Product, double CenterProduct, double Excess)
{
    // Outside, squares of single precision would lose bits to underflow or have overflowed.
    private const float SmallestSafeSquare = 1e-30f;
    private const float LargestSafeSquare = 1e30f;

    /// <summary>Whether sums in single precision can be trusted; otherwise they are made in double precision.</summary>
    internal static bool AreSafe(float squares, float centerProduct) =>
        squares is >= SmallestSafeSquare and <= LargestSafeSquare && float.IsFinite(centerProduct);
}
