using Tidepool.Index.Distance;

namespace Tidepool.Index.Quantization;

/// <summary>What turns the product of a query q with a code x into the distance of q to the vector behind it.</summary>
/// <remarks>
/// For v = c + r and the code x of r: |q - v|² is about Add + |q - c|² + Rescale · ⟨x, q⟩, and misses by at most
/// Error · |q - c|, but for about one pair in twenty to a hundred; always by at most
/// <see cref="GetCertainError"/> · |q - c|. From RaBitQ (Gao and Long, SIGMOD 2024): the estimate replaces r by the
/// multiple of x whose product with r is |r|², and what it misses is the product of q - c with a vector that lies at
/// random to it after a rotation. Every factor of finite vectors is finite.
/// </remarks>
/// <param name="Add">|r|² + 2|r|²⟨c, x⟩ / ⟨r, x⟩.</param>
/// <param name="Rescale">-2|r|² / ⟨r, x⟩.</param>
/// <param name="Error"><see cref="Deviations"/> standard deviations for a unit of |q - c|.</param>
/// <param name="Squares">|r|².</param>
internal readonly record struct CodeFactors(float Add, float Rescale, float Error, float Squares)
{
    /// <summary>Which multiple of its standard deviation an estimate is trusted to.</summary>
    internal const float Deviations = 1.9f;

    private const double SmallestNormal = 1.2e-38;
    private const double LargestBound = 3.4e38;

    /// <summary>The factor of an error that is never exceeded, by Cauchy and Schwarz.</summary>
    internal float GetCertainError(int paddedDimensions) =>
        Rescale == 0 ? Error : float.Min(float.MaxValue, Error * MathF.Sqrt(paddedDimensions - 1) / Deviations);

    /// <summary>The factors with another, nearby rescaling factor: they say the same of a query at the center, and
    /// elsewhere what may have changed is added to the error.</summary>
    internal CodeFactors WithRescale(float rescale, int paddedDimensions)
    {
        if (Rescale == 0)
        {
            return this;
        }

        // Rescale · ⟨x, c⟩ is Squares - Add; away from the center, Rescale · ⟨x, q - c⟩ is at most
        // |Rescale||x||q - c|, where |Rescale||x| = 2|r| / cos(r, x).
        float change = (rescale / Rescale) - 1;
        float reach = MathF.Sqrt(
            (4 * Squares) + (Error / Deviations * (Error / Deviations) * (paddedDimensions - 1)));
        return new CodeFactors(
            Add + (change * (Add - Squares)), rescale, Error + (MathF.Abs(change) * reach), Squares);
    }

    internal static CodeFactors Create(in CodeSums sums, int paddedDimensions)
    {
        double norm = Math.Sqrt(sums.Squares);
        double ratio = 2 * sums.Squares / sums.Product;
        double add = sums.Squares + (ratio * sums.CenterProduct);
        double error = 2 * norm * Deviations * Math.Sqrt(sums.Excess / (paddedDimensions - 1));
        bool isSound = ratio is >= SmallestNormal and <= float.MaxValue && Math.Abs(add) <= float.MaxValue
            && error <= float.MaxValue;

        // Without a code that says anything: |q - v|² = |q - c|² + |r|² - 2⟨q - c, r⟩, and the product is at most
        // |q - c||r|. A bound too large for a float is the largest one, not infinity: times zero, that would be NaN.
        return isSound
            ? new CodeFactors((float)add, (float)-ratio, (float)error, Saturate(sums.Squares))
            : new CodeFactors(
                Saturate(sums.Squares),
                0,
                norm == 0 ? 0 : MathF.BitIncrement(Saturate(2 * norm)),
                Saturate(sums.Squares));
    }

    private static float Saturate(double value) => (float)Math.Min(value, LargestBound);
}
