using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary><see cref="BlockScan"/> in 256-bit registers: two groups at a time.</summary>
internal static class BlockScan256
{
    internal static uint SelectBelow(
        ref byte codes, ref byte table, int tableSizeBytes, in BlockBounds bounds, float threshold)
    {
        const int MaxChunk = BlockScan.MaxGroupsPerSum * BlockScan.GroupSizeBytes;
        Vector256<int> a = Vector256<int>.Zero;
        Vector256<int> b = Vector256<int>.Zero;
        Vector256<int> c = Vector256<int>.Zero;
        Vector256<int> d = Vector256<int>.Zero;
        for (int start = 0; start < tableSizeBytes; start += MaxChunk)
        {
            (Vector256<ushort> low, Vector256<ushort> high) = Sum(
                ref Unsafe.Add(ref codes, start),
                ref Unsafe.Add(ref table, start),
                Math.Min(MaxChunk, tableSizeBytes - start));
            a += Avx2.ConvertToVector256Int32(low.GetLower());
            b += Avx2.ConvertToVector256Int32(low.GetUpper());
            c += Avx2.ConvertToVector256Int32(high.GetLower());
            d += Avx2.ConvertToVector256Int32(high.GetUpper());
        }

        // Two arrays of 32 floats follow the codes.
        ref float factors = ref Unsafe.As<byte, float>(ref Unsafe.Add(ref codes, tableSizeBytes));
        return IsBelow(ref factors, a, bounds, threshold)
            | (IsBelow(ref Unsafe.Add(ref factors, 8), b, bounds, threshold) << 8)
            | (IsBelow(ref Unsafe.Add(ref factors, 16), c, bounds, threshold) << 16)
            | (IsBelow(ref Unsafe.Add(ref factors, 24), d, bounds, threshold) << 24);
    }

    /// <summary>Writes the sums of rows 0 to 31.</summary>
    internal static void Sum(ref byte codes, ref byte table, int length, Span<ushort> sums)
    {
        (Vector256<ushort> low, Vector256<ushort> high) = Sum(ref codes, ref table, length);
        low.CopyTo(sums);
        high.CopyTo(sums[Vector256<ushort>.Count..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint IsBelow(ref float factors, Vector256<int> sums, in BlockBounds bounds, float threshold)
    {
        Vector256<float> product = Fma.MultiplyAdd(
            Vector256.ConvertToSingle(sums),
            Vector256.Create(bounds.Scale),
            Vector256.Create(bounds.Offset + bounds.Error));
        Vector256<float> bound = Fma.MultiplyAdd(
            Vector256.LoadUnsafe(ref factors, BlockScan.Rows),
            product,
            Vector256.LoadUnsafe(ref factors) + Vector256.Create(bounds.CenterSquared));
        return Vector256.LessThan(bound, Vector256.Create(threshold)).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ushort> Low, Vector256<ushort> High) Sum(ref byte codes, ref byte table, int length)
    {
        Vector256<byte> nibble = Vector256.Create((byte)15);
        Vector256<ushort> low = Vector256<ushort>.Zero;
        Vector256<ushort> lowOdd = Vector256<ushort>.Zero;
        Vector256<ushort> high = Vector256<ushort>.Zero;
        Vector256<ushort> highOdd = Vector256<ushort>.Zero;
        for (nuint i = 0; i < (nuint)length; i += 32)
        {
            // Inside: the length is a multiple of 32.
            Vector256<byte> pairs = Vector256.LoadUnsafe(ref codes, i);
            Vector256<byte> entries = Vector256.LoadUnsafe(ref table, i);
            Vector256<ushort> a = Avx2.Shuffle(entries, pairs & nibble).AsUInt16();
            Vector256<ushort> b = Avx2.Shuffle(
                entries, Vector256.ShiftRightLogical(pairs.AsUInt16(), 4).AsByte() & nibble).AsUInt16();
            low += a;
            lowOdd += Vector256.ShiftRightLogical(a, 8);
            high += b;
            highOdd += Vector256.ShiftRightLogical(b, 8);
        }

        // Whole words were added, odd bytes and all: what the odd ones brought is taken off, modulo 2^16.
        low -= Vector256.ShiftLeft(lowOdd, 8);
        high -= Vector256.ShiftLeft(highOdd, 8);
        return (Vector256.Create(Fold(low), Fold(lowOdd)), Vector256.Create(Fold(high), Fold(highOdd)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Fold(Vector256<ushort> halves) => halves.GetLower() + halves.GetUpper();
}
