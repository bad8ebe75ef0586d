using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Vectors as signed bytes: each number rounded to a multiple of max|q| by a number of levels.</summary>
internal static class SignedCode
{
    /// <summary>The most levels on either side of zero.</summary>
    internal const int MaxLevels = 127;

    private const int Multiple = 16;

    // Outside, squares of single precision would lose bits to underflow or have overflowed.
    private const float SmallestSafe = 1e-15f;
    private const float LargestSafe = 1e15f;

    /// <summary>Returns the scale s; 0 for zeros. The error is |q - s · code|.</summary>
    internal static float Encode(
        ReadOnlySpan<float> vector, int levels, Span<sbyte> code, out int sum, out float error)
    {
        // What makes every raw reference below safe: a multiple of the widest step, and as much of the code.
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length % Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(code.Length, vector.Length);
        ref float values = ref MemoryMarshal.GetReference(vector);
        ref sbyte codes = ref MemoryMarshal.GetReference(code);
        (_, float largest) =
            KernelWidth.HasVector512 ? ByteCode512.Measure(ref values, vector.Length)
            : KernelWidth.HasVector256 ? ByteCode256.Measure(ref values, vector.Length)
            : KernelWidth.HasVector128 ? ByteCode128.Measure(ref values, vector.Length)
            : default;
        if (largest is not (>= SmallestSafe and <= LargestSafe))
        {
            return EncodeScalar(vector, levels, code, out sum, out error);
        }

        float scale = largest / levels;
        (sum, float squares) =
            KernelWidth.HasVector512 ? Encode512(ref values, scale, levels / largest, ref codes, vector.Length)
            : KernelWidth.HasVector256 ? Encode256(ref values, scale, levels / largest, ref codes, vector.Length)
            : Encode128(ref values, scale, levels / largest, ref codes, vector.Length);
        error = MathF.Sqrt(squares);
        return scale;
    }

    internal static float EncodeScalar(
        ReadOnlySpan<float> vector, int levels, Span<sbyte> code, out int sum, out float error)
    {
        float largest = 0;
        foreach (float value in vector)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        float scale = largest / levels; // Can vanish: then all is error.
        double squares = 0;
        sum = 0;
        for (int i = 0; i < vector.Length; i++)
        {
            double level = scale == 0 ? 0 : Math.Clamp(Math.Round((double)vector[i] / scale), -levels, levels);
            code[i] = (sbyte)level;
            sum += code[i];
            double missed = vector[i] - (scale * level);
            squares += missed * missed;
        }

        error = (float)Math.Min(Math.Sqrt(squares), float.MaxValue);
        return scale;
    }

    // Below: a step reads and writes as many numbers as it counts, and count is a multiple of each step.

    private static (int Sum, float Squares) Encode512(
        ref float values, float scale, float unscale, ref sbyte codes, int count)
    {
        Vector512<float> inverse = Vector512.Create(unscale);
        Vector512<int> sum = Vector512<int>.Zero;
        Vector512<float> squares = Vector512<float>.Zero;
        for (nuint i = 0; i < (nuint)count; i += 16)
        {
            Vector512<float> value = Vector512.LoadUnsafe(ref values, i);
            Vector512<float> level = Vector512.Round(value * inverse);
            Vector512<int> integers = Vector512.ConvertToInt32Native(level);
            Avx512F.ConvertToVector128SByte(integers).StoreUnsafe(ref codes, i);
            sum += integers;
            Vector512<float> missed = value - (level * scale);
            squares = Vector512.FusedMultiplyAdd(missed, missed, squares);
        }

        return (Vector512.Sum(sum), Vector512.Sum(squares));
    }

    private static (int Sum, float Squares) Encode256(
        ref float values, float scale, float unscale, ref sbyte codes, int count)
    {
        Vector256<float> inverse = Vector256.Create(unscale);
        Vector256<int> sum = Vector256<int>.Zero;
        Vector256<float> squares = Vector256<float>.Zero;
        for (nuint i = 0; i < (nuint)count; i += 16)
        {
            Vector256<int> a = Round(Vector256.LoadUnsafe(ref values, i), inverse, scale, ref squares);
            Vector256<int> b = Round(Vector256.LoadUnsafe(ref values, i + 8), inverse, scale, ref squares);
            Vector256<short> words = Vector256.Narrow(a, b);
            Vector128.Narrow(words.GetLower(), words.GetUpper()).StoreUnsafe(ref codes, i);
            sum += a + b;
        }

        return (Vector256.Sum(sum), Vector256.Sum(squares));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(
        Vector256<float> value, Vector256<float> inverse, float scale, ref Vector256<float> squares)
    {
        Vector256<float> level = Vector256.Round(value * inverse);
        Vector256<float> missed = value - (level * scale);
        squares = Vector256.FusedMultiplyAdd(missed, missed, squares);
        return Vector256.ConvertToInt32Native(level);
    }

    private static (int Sum, float Squares) Encode128(
        ref float values, float scale, float unscale, ref sbyte codes, int count)
    {
        Vector128<float> inverse = Vector128.Create(unscale);
        Vector128<int> sum = Vector128<int>.Zero;
        Vector128<float> squares = Vector128<float>.Zero;
        for (nuint i = 0; i < (nuint)count; i += 16)
        {
            Vector128<int> a = Round(Vector128.LoadUnsafe(ref values, i), inverse, scale, ref squares);
            Vector128<int> b = Round(Vector128.LoadUnsafe(ref values, i + 4), inverse, scale, ref squares);
            Vector128<int> c = Round(Vector128.LoadUnsafe(ref values, i + 8), inverse, scale, ref squares);
            Vector128<int> d = Round(Vector128.LoadUnsafe(ref values, i + 12), inverse, scale, ref squares);
            Vector128.Narrow(Vector128.Narrow(a, b), Vector128.Narrow(c, d)).StoreUnsafe(ref codes, i);
            sum += (a + b) + (c + d);
        }

        return (Vector128.Sum(sum), Vector128.Sum(squares));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Round(
        Vector128<float> value, Vector128<float> inverse, float scale, ref Vector128<float> squares)
    {
        Vector128<float> level = Vector128.Round(value * inverse);
        Vector128<float> missed = value - (level * scale);
        squares = Vector128.MultiplyAddEstimate(missed, missed, squares);
        return Vector128.ConvertToInt32Native(level);
    }
}
