using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Vectors as levels from -63 to 63, for <see cref="CodedPanel"/>.</summary>
/// <remarks>A level is a number divided by a scale and rounded. By how much a product of two such vectors misses
/// depends on their lengths, but hardly on the number of dimensions: about 0.0025 of the product of their
/// norms.</remarks>
internal static class CodedRow
{
    private const int Multiple = 16;

    /// <summary>The scale that keeps levels, of vectors up to a norm and an absolute value, in their bounds; 0 if there
    /// is none, as for zeros.</summary>
    internal static float GetScale(float norm, float largest, int dimensions)
    {
        // Rounding lengthens a vector by half a level in each dimension at most.
        float room = CodedPanel.MaxNorm - (0.5f * MathF.Sqrt(dimensions));
        float scale = MathF.Max(norm / room, largest / CodedPanel.Levels);
        return float.IsNormal(scale) && float.IsNormal(1 / scale) ? scale : 0;
    }

    /// <summary>The largest absolute value; not a number, or some value, where one is not.</summary>
    internal static float GetLargest(ReadOnlySpan<float> vector)
    {
        // What makes the raw reference safe: the 8 numbers from i are below the length, a multiple of 16.
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length % Multiple, 0);
        if (!KernelWidth.HasVector256)
        {
            return GetLargestScalar(vector);
        }

        ref float values = ref MemoryMarshal.GetReference(vector);
        Vector256<float> largest = Vector256<float>.Zero;
        for (nuint i = 0; i < (nuint)vector.Length; i += 8)
        {
            largest = Vector256.MaxNative(largest, Vector256.Abs(Vector256.LoadUnsafe(ref values, i)));
        }

        float max = 0;
        for (int lane = 0; lane < 8; lane++)
        {
            max = MathF.Max(max, largest[lane]);
        }

        return max;
    }

    internal static float GetLargestScalar(ReadOnlySpan<float> vector)
    {
        float largest = 0;
        foreach (float value in vector)
        {
            largest = MathF.Max(largest, MathF.Abs(value));
        }

        return largest;
    }

    /// <summary>Writes the level of each number, plus a zero level.</summary>
    /// <param name="vector">A multiple of 16 numbers.</param>
    /// <param name="scale">From <see cref="GetScale"/>.</param>
    /// <param name="zero">Added to each level.</param>
    /// <param name="code">Takes as many bytes: signed ones where the zero level is 0.</param>
    internal static void Encode(ReadOnlySpan<float> vector, float scale, int zero, Span<byte> code)
    {
        // What makes the raw references safe: the 16 numbers and bytes from i are below the length, a multiple of 16.
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length % Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(code.Length, vector.Length);
        if (!KernelWidth.HasVector256 || scale == 0)
        {
            EncodeScalar(vector, scale, zero, code);
            return;
        }

        ref float values = ref MemoryMarshal.GetReference(vector);
        ref sbyte codes = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, sbyte>(code));
        Vector256<float> inverse = Vector256.Create(1 / scale);
        Vector128<sbyte> shift = Vector128.Create((sbyte)zero);
        for (nuint i = 0; i < (nuint)vector.Length; i += Multiple)
        {
            Vector256<short> levels = Vector256.Narrow(
                Round(Vector256.LoadUnsafe(ref values, i), inverse),
                Round(Vector256.LoadUnsafe(ref values, i + 8), inverse));
            (Vector128.Narrow(levels.GetLower(), levels.GetUpper()) + shift).StoreUnsafe(ref codes, i);
        }
    }

    internal static void EncodeScalar(ReadOnlySpan<float> vector, float scale, int zero, Span<byte> code)
    {
        Debug.Assert(code.Length == vector.Length);
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < vector.Length; i++)
        {
            // Of what is not a number: some level.
            float level = MathF.Min(MathF.Max(MathF.Round(vector[i] * inverse), -CodedPanel.Levels), CodedPanel.Levels);
            code[i] = (byte)((float.IsNaN(level) ? 0 : (int)level) + zero);
        }
    }

    private static Vector256<int> Round(Vector256<float> values, Vector256<float> inverse)
    {
        Vector256<float> levels = Vector256.Round(values * inverse);
        levels = Vector256.MaxNative(levels, Vector256.Create(-(float)CodedPanel.Levels));
        return Vector256.ConvertToInt32Native(
            Vector256.MinNative(levels, Vector256.Create((float)CodedPanel.Levels)));
    }
}
