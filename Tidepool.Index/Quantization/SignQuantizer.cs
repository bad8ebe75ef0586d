using Tidepool.Index.Distance;

namespace Tidepool.Index.Quantization;

/// <summary>Codes of one bit for each dimension: x is ½ where the residual is positive, otherwise -½.</summary>
internal static class SignQuantizer
{
    /// <summary>Encodes a residual of rotated vectors.</summary>
    /// <param name="residual">The vector less its center; a multiple of 16 dimensions.</param>
    /// <param name="center">The center.</param>
    /// <param name="signs">Takes a bit for each dimension: dimension i is bit i % 8 of byte i / 8.</param>
    internal static CodeFactors Encode(ReadOnlySpan<float> residual, ReadOnlySpan<float> center, Span<byte> signs) =>
        CodeFactors.Create(SignCode.Encode(residual, center, signs), residual.Length);
}
