using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Distance;

/// <summary>Rows of half-precision floats against a query of single precision.</summary>
/// <remarks>
/// Sums are of single precision, as those of <see cref="Float32Kernels"/>: a square can overflow to infinity. The
/// framework's own conversion is many times slower than the rest of a distance; the kernels move the bits of a half to
/// where a float has them, which leaves the exponents 112 too small, and multiply by 2¹¹². That is exact for every
/// finite half. Infinities, which <see cref="Encode"/> does not write, count as ±65,536, and no bits make a NaN.
/// </remarks>
internal static class HalfRows
{
    /// <summary>What the bits of a half are multiplied by where a float has them.</summary>
    internal const float Scale = 5.192296858534828e33f;

    /// <summary>How far left of its place in a float a half's exponent begins.</summary>
    internal const int Shift = 13;

    /// <summary>The bits that a widened and shifted half may set: its sign was spread over the exponent.</summary>
    internal const int Mask = unchecked((int)0x8FFFE000);

    private const float Largest = 65504;

    /// <summary>Rounds each number to the nearest half, ties to even; beyond ±65504 to that.</summary>
    /// <param name="source">Finite numbers.</param>
    /// <param name="destination">Takes as many.</param>
    internal static void Encode(ReadOnlySpan<float> source, Span<Half> destination)
    {
        // What makes every raw reference below safe: as many halves as floats.
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, source.Length);
        ref float values = ref MemoryMarshal.GetReference(source);
        ref ushort halves = ref Unsafe.As<Half, ushort>(ref MemoryMarshal.GetReference(destination));
        int done =
            KernelWidth.HasVector512 ? HalfRows512.Encode(ref values, ref halves, source.Length)
            : KernelWidth.HasVector256 ? HalfRows256.Encode(ref values, ref halves, source.Length)
            : KernelWidth.HasVector128 ? HalfRows128.Encode(ref values, ref halves, source.Length)
            : 0;
        EncodeScalar(source[done..], destination[done..]);
    }

    internal static void EncodeScalar(ReadOnlySpan<float> source, Span<Half> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = (Half)Math.Clamp(source[i], -Largest, Largest);
        }
    }

    internal static float Dot(ReadOnlySpan<float> query, ReadOnlySpan<Half> row) => Compute<DotTerm>(query, row);

    internal static float SquaredEuclidean(ReadOnlySpan<float> query, ReadOnlySpan<Half> row) =>
        Compute<SquaredDifferenceTerm>(query, row);

    /// <summary>The sum of the terms of a query and a row.</summary>
    internal static float Compute<TTerm>(ReadOnlySpan<float> query, ReadOnlySpan<Half> row)
        where TTerm : struct, ITerm
    {
        // What makes every raw reference below safe: the kernels touch as many halves as floats.
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, query.Length);
        ref float queryStart = ref MemoryMarshal.GetReference(query);
        ref short rowStart = ref Unsafe.As<Half, short>(ref MemoryMarshal.GetReference(row));
        int dimensions = query.Length;
        if (KernelWidth.HasVector512 && dimensions >= 16)
        {
            return HalfRows512.Compute<TTerm>(ref queryStart, ref rowStart, dimensions);
        }

        if (KernelWidth.HasVector256 && dimensions >= 8)
        {
            return HalfRows256.Compute<TTerm>(ref queryStart, ref rowStart, dimensions);
        }

        return KernelWidth.HasVector128 && dimensions >= 4
            ? HalfRows128.Compute<TTerm>(ref queryStart, ref rowStart, dimensions)
            : ComputeScalar<TTerm>(query, row);
    }

    internal static float ComputeScalar<TTerm>(ReadOnlySpan<float> query, ReadOnlySpan<Half> row)
        where TTerm : struct, ITerm
    {
        float sum = 0;
        for (int i = 0; i < query.Length; i++)
        {
            int bits = BitConverter.HalfToInt16Bits(row[i]);
            sum = TTerm.Add(sum, query[i], BitConverter.Int32BitsToSingle((bits << Shift) & Mask) * Scale);
        }

        return sum;
    }
}
