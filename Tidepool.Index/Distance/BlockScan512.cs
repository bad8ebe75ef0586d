using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary><see cref="BlockScan"/> in 512-bit registers: four groups at a time.</summary>
internal static class BlockScan512
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint SelectBelow(
        ref byte codes, ref byte table, int tableSizeBytes, in BlockBounds bounds, float threshold)
    {
        (Vector512<float> low, Vector512<float> high) = Bound(ref codes, ref table, tableSizeBytes, bounds);
        Vector512<float> limit = Vector512.Create(threshold);
        ulong belowLow = Vector512.LessThan(low, limit).ExtractMostSignificantBits();
        ulong belowHigh = Vector512.LessThan(high, limit).ExtractMostSignificantBits();
        return (uint)(belowLow | (belowHigh << 16));
    }

    /// <summary>The lower bounds of rows 0 to 15 and 16 to 31.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector512<float> Low, Vector512<float> High) Bound(
        ref byte codes, ref byte table, int tableSizeBytes, in BlockBounds bounds)
    {
        Vector512<float> low;
        Vector512<float> high;
        if (tableSizeBytes <= BlockScan.MaxGroupsPerSum * BlockScan.GroupSizeBytes)
        {
            Vector512<ushort> sums = Sum(ref codes, ref table, tableSizeBytes);
            low = Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(sums.GetLower()));
            high = Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(sums.GetUpper()));
        }
        else
        {
            (low, high) = SumLong(ref codes, ref table, tableSizeBytes);
        }

        // Two arrays of 32 floats follow the codes.
        ref float factors = ref Unsafe.As<byte, float>(ref Unsafe.Add(ref codes, tableSizeBytes));
        return (Bound(ref factors, low, bounds), Bound(ref Unsafe.Add(ref factors, 16), high, bounds));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Bound(ref float factors, Vector512<float> sums, in BlockBounds bounds)
    {
        Vector512<float> product = Avx512F.FusedMultiplyAdd(
            sums, Vector512.Create(bounds.Scale), Vector512.Create(bounds.Offset + bounds.Error));
        return Avx512F.FusedMultiplyAdd(
            Vector512.LoadUnsafe(ref factors, BlockScan.Rows),
            product,
            Vector512.LoadUnsafe(ref factors) + Vector512.Create(bounds.CenterSquared));
    }

    /// <summary>The sums of rows 0 to 31, of at most <see cref="BlockScan.MaxGroupsPerSum"/> groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Sum(ref byte codes, ref byte table, int length)
    {
        Vector512<byte> nibble = Vector512.Create((byte)15);
        Vector512<ushort> low = Vector512<ushort>.Zero;
        Vector512<ushort> lowOdd = Vector512<ushort>.Zero;
        Vector512<ushort> high = Vector512<ushort>.Zero;
        Vector512<ushort> highOdd = Vector512<ushort>.Zero;
        for (nuint i = 0; i < (nuint)length; i += 64)
        {
            // Inside: the length is a multiple of 64.
            Vector512<byte> pairs = Vector512.LoadUnsafe(ref codes, i);
            Vector512<byte> entries = Vector512.LoadUnsafe(ref table, i);
            Vector512<ushort> a = Avx512BW.Shuffle(entries, pairs & nibble).AsUInt16();
            Vector512<ushort> b = Avx512BW.Shuffle(
                entries, Avx512BW.ShiftRightLogical(pairs.AsUInt16(), 4).AsByte() & nibble).AsUInt16();
            low += a;
            lowOdd += Vector512.ShiftRightLogical(a, 8);
            high += b;
            highOdd += Vector512.ShiftRightLogical(b, 8);
        }

        // Whole words were added, odd bytes and all: what the odd ones brought is taken off, modulo 2^16.
        low -= Vector512.ShiftLeft(lowOdd, 8);
        high -= Vector512.ShiftLeft(highOdd, 8);
        return Vector512.Create(
            Vector256.Create(Fold(low), Fold(lowOdd)), Vector256.Create(Fold(high), Fold(highOdd)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Fold(Vector512<ushort> quarters)
    {
        Vector256<ushort> halves = quarters.GetLower() + quarters.GetUpper();
        return halves.GetLower() + halves.GetUpper();
    }

    private static (Vector512<float> Low, Vector512<float> High) SumLong(ref byte codes, ref byte table, int length)
    {
        const int MaxChunk = BlockScan.MaxGroupsPerSum * BlockScan.GroupSizeBytes;
        Vector512<int> low = Vector512<int>.Zero;
        Vector512<int> high = Vector512<int>.Zero;
        for (int start = 0; start < length; start += MaxChunk)
        {
            Vector512<ushort> sums = Sum(
                ref Unsafe.Add(ref codes, start), ref Unsafe.Add(ref table, start), Math.Min(MaxChunk, length - start));
            low += Avx512F.ConvertToVector512Int32(sums.GetLower());
            high += Avx512F.ConvertToVector512Int32(sums.GetUpper());
        }

        return (Vector512.ConvertToSingle(low), Vector512.ConvertToSingle(high));
    }
}
