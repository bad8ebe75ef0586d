using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Byte dot products in 128-bit registers (Arm, or old x86).</summary>
internal static class ByteDot128
{
    private const int Lanes = 16;

    /// <summary>The sums of <paramref name="count"/> rows that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute(ref sbyte query, ref byte rows, int length, int count, ref int sums)
    {
        nint stride = length;
        for (int row = 0; row < count; row++)
        {
            // In bounds: row < count.
            Unsafe.Add(ref sums, row) = Compute(ref query, ref Unsafe.Add(ref rows, row * stride), length);
        }
    }

    /// <summary>The sums of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Compute(
        ref sbyte query, ref byte row0, ref byte row1, ref byte row2, ref byte row3, int length) => Vector128.Create(
        Compute(ref query, ref row0, length),
        Compute(ref query, ref row1, length),
        Compute(ref query, ref row2, length),
        Compute(ref query, ref row3, length));

    /// <summary>The sum of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Compute(ref sbyte query, ref byte row, int length)
    {
        Vector128<int> low = Vector128<int>.Zero;
        Vector128<int> high = Vector128<int>.Zero;

        // In bounds: i + 16 is at most length, a multiple of 16.
        for (nuint i = 0; i < (nuint)length; i += Lanes)
        {
            (Vector128<ushort> rowLow, Vector128<ushort> rowHigh) = Vector128.Widen(Vector128.LoadUnsafe(ref row, i));
            (Vector128<short> queryLow, Vector128<short> queryHigh) =
                Vector128.Widen(Vector128.LoadUnsafe(ref query, i));
            low += AddPairs(rowLow.AsInt16(), queryLow);
            high += AddPairs(rowHigh.AsInt16(), queryHigh);
        }

        return Vector128.Sum(low + high);
    }

    /// <summary>Sums of two products in each lane; which two does not matter here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> AddPairs(Vector128<short> row, Vector128<short> query)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.MultiplyAddAdjacent(row, query);
        }

        // 255 · -128 and 255 · 127 fit 16 bits.
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(row * query);
        return low + high;
    }
}
