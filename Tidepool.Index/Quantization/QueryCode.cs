using Tidepool.Index.Distance;

namespace Tidepool.Index.Quantization;

/// <summary>A query as signed bytes, for products with codes of bytes.</summary>
internal static class QueryCode
{
    /// <summary>Rounds each number of a query to a multiple of its scale s = max|q| / 127.</summary>
    /// <param name="query">A multiple of 16 numbers.</param>
    /// <param name="code">Takes as many: q is about s · code.</param>
    /// <param name="sum">The sum of the code.</param>
    /// <param name="error">|q - s · code|, which for any y bounds the error of ⟨q, y⟩ by error · |y|.</param>
    /// <returns>The scale; 0 for a query of zeros.</returns>
    internal static float Encode(ReadOnlySpan<float> query, Span<sbyte> code, out int sum, out float error) =>
        SignedCode.Encode(query, SignedCode.MaxLevels, code, out sum, out error);

    /// <summary>The same with so few levels that <see cref="ByteDot.ComputeSmall"/> can be used.</summary>
    internal static float EncodeSmall(ReadOnlySpan<float> query, Span<sbyte> code, out int sum) =>
        SignedCode.Encode(query, ByteDot.SmallLevels, code, out sum, out _);
}
