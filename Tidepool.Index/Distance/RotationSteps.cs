using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Distance;

/// <summary>The steps of a rotation, in place, over a multiple of 16 coordinates.</summary>
/// <remarks>Every path gives the same bits: each addition has the same two operands, and none is fused.</remarks>
internal static class RotationSteps
{
    private const int Multiple = 16;

    /// <summary>Flips each coordinate's sign where the sign bit of its mask is set.</summary>
    internal static void FlipSigns(Span<float> values, ReadOnlySpan<uint> masks)
    {
        // What makes every raw reference below safe: a multiple of the widest register, and as many masks.
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(masks.Length, values.Length);
        ref float first = ref MemoryMarshal.GetReference(values);
        ref uint firstMask = ref MemoryMarshal.GetReference(masks);
        if (KernelWidth.HasVector512)
        {
            RotationSteps512.FlipSigns(ref first, ref firstMask, values.Length);
        }
        else if (KernelWidth.HasVector256)
        {
            RotationSteps256.FlipSigns(ref first, ref firstMask, values.Length);
        }
        else if (KernelWidth.HasVector128)
        {
            RotationSteps128.FlipSigns(ref first, ref firstMask, values.Length);
        }
        else
        {
            FlipSignsScalar(values, masks);
        }
    }

    /// <summary>The Hadamard transform, not normalised, of a power of two of coordinates.</summary>
    internal static void Hadamard(Span<float> values)
    {
        Debug.Assert(BitOperations.IsPow2(values.Length));
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % Multiple, 0);
        ref float first = ref MemoryMarshal.GetReference(values);
        if (KernelWidth.HasVector512)
        {
            RotationSteps512.Hadamard(ref first, values.Length);
        }
        else if (KernelWidth.HasVector256)
        {
            RotationSteps256.Hadamard(ref first, values.Length);
        }
        else if (KernelWidth.HasVector128)
        {
            RotationSteps128.Hadamard(ref first, values.Length);
        }
        else
        {
            HadamardScalar(values);
        }
    }

    /// <summary>(x, y) becomes (x + y, x - y), x the lower half of the coordinates and y the upper.</summary>
    internal static void Butterfly(Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % Multiple, 0);
        ref float first = ref MemoryMarshal.GetReference(values);
        if (KernelWidth.HasVector512)
        {
            RotationSteps512.Butterfly(ref first, values.Length);
        }
        else if (KernelWidth.HasVector256)
        {
            RotationSteps256.Butterfly(ref first, values.Length);
        }
        else if (KernelWidth.HasVector128)
        {
            RotationSteps128.Butterfly(ref first, values.Length);
        }
        else
        {
            ButterflyScalar(values);
        }
    }

    internal static void Scale(Span<float> values, float factor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % Multiple, 0);
        ref float first = ref MemoryMarshal.GetReference(values);
        if (KernelWidth.HasVector512)
        {
            RotationSteps512.Scale(ref first, values.Length, factor);
        }
        else if (KernelWidth.HasVector256)
        {
            RotationSteps256.Scale(ref first, values.Length, factor);
        }
        else if (KernelWidth.HasVector128)
        {
            RotationSteps128.Scale(ref first, values.Length, factor);
        }
        else
        {
            ScaleScalar(values, factor);
        }
    }

    internal static void FlipSignsScalar(Span<float> values, ReadOnlySpan<uint> masks)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(values[i]) ^ masks[i]);
        }
    }

    internal static void HadamardScalar(Span<float> values)
    {
        for (int half = 1; half < values.Length; half *= 2)
        {
            for (int start = 0; start < values.Length; start += 2 * half)
            {
                ButterflyScalar(values.Slice(start, 2 * half));
            }
        }
    }

    internal static void ButterflyScalar(Span<float> values)
    {
        int half = values.Length / 2;
        for (int i = 0; i < half; i++)
        {
            float x = values[i];
            float y = values[i + half];
            values[i] = x + y;
            values[i + half] = x - y;
        }
    }

    internal static void ScaleScalar(Span<float> values, float factor)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= factor;
        }
    }
}
