using System.Runtime.InteropServices;

namespace Tidepool.Index.Distance;

/// <summary>A byte u for each dimension of a residual, and its sums with the code x = u - 127.5.</summary>
/// <remarks>
/// u = ⌊128 r / max|r|⌋ + 128, at most 255, so that no dimension is off by more than half a step of max|r| / 128. The
/// scale could be one for all vectors, chosen for a Gaussian residual: that clips the largest dimensions of every other
/// vector, and the angle to the code is three times as large.
/// </remarks>
internal static class ByteCode
{
    internal const float Midpoint = 127.5f;
    internal const int Levels = 128; // On either side of zero.

    private const int Multiple = 16;

    internal static CodeSums Encode(ReadOnlySpan<float> residual, ReadOnlySpan<float> center, Span<byte> code)
    {
        // What makes every raw reference below safe: a multiple of the widest steps, as much of the center and code.
        ArgumentOutOfRangeException.ThrowIfNotEqual(residual.Length % Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(center.Length, residual.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(code.Length, residual.Length);
        ref float residuals = ref MemoryMarshal.GetReference(residual);
        ref float centers = ref MemoryMarshal.GetReference(center);
        ref byte codes = ref MemoryMarshal.GetReference(code);
        (float squares, float largest) =
            KernelWidth.HasVector512 ? ByteCode512.Measure(ref residuals, residual.Length)
            : KernelWidth.HasVector256 ? ByteCode256.Measure(ref residuals, residual.Length)
            : KernelWidth.HasVector128 ? ByteCode128.Measure(ref residuals, residual.Length)
            : default;
        if (!CodeSums.AreSafe(squares, 0))
        {
            return EncodeScalar(residual, center, code);
        }

        ByteCodeSums sums =
            KernelWidth.HasVector512
                ? ByteCode512.Encode(ref residuals, ref centers, largest, ref codes, residual.Length)
            : KernelWidth.HasVector256
                ? ByteCode256.Encode(ref residuals, ref centers, largest, ref codes, residual.Length)
                : ByteCode128.Encode(ref residuals, ref centers, largest, ref codes, residual.Length);
        return CodeSums.AreSafe(squares, sums.CenterProduct)
            ? Combine(
                squares, (double)largest / Levels, sums.Errors, sums.ErrorProduct, sums.Codes, sums.CenterProduct)
            : EncodeScalar(residual, center, code);
    }

    internal static CodeSums EncodeScalar(ReadOnlySpan<float> residual, ReadOnlySpan<float> center, Span<byte> code)
    {
        double squares = 0;
        double largest = 0;
        foreach (float value in residual)
        {
            squares += (double)value * value;
            largest = Math.Max(largest, Math.Abs(value));
        }

        double step = largest / Levels;
        double errors = 0;
        double errorProduct = 0;
        double codes = 0;
        double centerProduct = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            double level = largest == 0 ? 0 : Math.Clamp(Math.Floor(residual[i] / step), -Levels, Levels - 1);
            code[i] = (byte)(level + Levels);
            double x = level + 0.5;
            double error = residual[i] - (step * x);
            errors += error * error;
            errorProduct += error * x;
            codes += x * x;
            centerProduct += center[i] * x;
        }

        return Combine(squares, step, errors, errorProduct, codes, centerProduct);
    }

    /// <summary>Sums with the residual r from sums with e = r - step · x, so small that nothing cancels.</summary>
    /// <remarks>⟨r, x⟩ = ⟨e, x⟩ + step |x|², and |r|²|x|² - ⟨r, x⟩² = |e|²|x|² - ⟨e, x⟩² for e as for r.</remarks>
    private static CodeSums Combine(
        double squares, double step, double errors, double errorProduct, double codes, double centerProduct)
    {
        double product = errorProduct + (step * codes);
        double excess = product == 0 ? 0 : ((errors * codes) - (errorProduct * errorProduct)) / (product * product);
        return new CodeSums(squares, product, centerProduct, Math.Max(0, excess));
    }
}
