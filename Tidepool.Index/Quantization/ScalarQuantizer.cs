using Tidepool.Index.Distance;

namespace Tidepool.Index.Quantization;

/// <summary>Codes of one byte u for each dimension: x is u - 127.5, in steps that suit the largest dimension.</summary>
internal sealed class ScalarQuantizer
{
    private readonly int _paddedDimensions;

    internal ScalarQuantizer(int paddedDimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(paddedDimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(paddedDimensions % Rotation.Multiple, 0);
        _paddedDimensions = paddedDimensions;
    }

    /// <summary>Encodes a residual of rotated vectors.</summary>
    /// <param name="residual">The vector less its center.</param>
    /// <param name="center">The center.</param>
    /// <param name="code">Takes a byte for each dimension.</param>
    internal CodeFactors Encode(ReadOnlySpan<float> residual, ReadOnlySpan<float> center, Span<byte> code)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(residual.Length, _paddedDimensions);
        return CodeFactors.Create(ByteCode.Encode(residual, center, code), _paddedDimensions);
    }
}
