using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary><see cref="BlockScan"/> in 512-bit registers: four groups at a time.</summary>
internal static class BlockScan512
{
    private const int Step = 64;

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

        // Two arrays of 32 numbers follow the codes.
        ref ushort factors = ref Unsafe.As<byte, ushort>(ref Unsafe.Add(ref codes, tableSizeBytes));
        return (Bound(ref factors, low, bounds), Bound(ref Unsafe.Add(ref factors, 16), high, bounds));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Bound(ref ushort factors, Vector512<float> sums, in BlockBounds bounds)
    {
        Vector512<float> product = Avx512F.FusedMultiplyAdd(
            sums, Vector512.Create(bounds.Scale), Vector512.Create(bounds.Offset + bounds.Error));
        return Avx512F.FusedMultiplyAdd(
            Load(ref Unsafe.Add(ref factors, BlockScan.Rows)),
            product,
            Load(ref factors) + Vector512.Create(bounds.CenterSquared));
    }

    /// <summary>Sixteen numbers of 16 bits as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(ref ushort factors) =>
        (Avx512F.ConvertToVector512Int32(Vector256.LoadUnsafe(ref factors)) << 16).AsSingle();

    /// <summary>The sums of rows 0 to 31, of at most <see cref="BlockScan.MaxGroupsPerSum"/> groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Sum(ref byte codes, ref byte table, int length)
    {
        Vector512<ushort> low = Vector512<ushort>.Zero;
        Vector512<ushort> lowOdd = Vector512<ushort>.Zero;
        Vector512<ushort> high = Vector512<ushort>.Zero;
        Vector512<ushort> highOdd = Vector512<ushort>.Zero;

        // Inside: four steps of 64 bytes end at or before the length; after them come less, each of 64 bytes.
        nuint i = 0;
        for (; i + (BlockScan.GroupsPerByte * Step) <= (nuint)length; i += BlockScan.GroupsPerByte * Step)
        {
            (Vector512<byte> a, Vector512<byte> b) = LookUp(ref codes, ref table, i);
            (Vector512<byte> c, Vector512<byte> d) = LookUp(ref codes, ref table, i + Step);
            (Vector512<byte> e, Vector512<byte> f) = LookUp(ref codes, ref table, i + (2 * Step));
            (Vector512<byte> g, Vector512<byte> h) = LookUp(ref codes, ref table, i + (3 * Step));
            Vector512<ushort> lows = ((a + c) + (e + g)).AsUInt16();
            Vector512<ushort> highs = ((b + d) + (f + h)).AsUInt16();
            low += lows;
            lowOdd += Vector512.ShiftRightLogical(lows, 8);
            high += highs;
            highOdd += Vector512.ShiftRightLogical(highs, 8);
        }

        if (i < (nuint)length)
        {
            (Vector512<byte> lows, Vector512<byte> highs) = LookUp(ref codes, ref table, i);
            for (i += Step; i < (nuint)length; i += Step)
            {
                (Vector512<byte> a, Vector512<byte> b) = LookUp(ref codes, ref table, i);
                lows += a;
                highs += b;
            }

            low += lows.AsUInt16();
            lowOdd += Vector512.ShiftRightLogical(lows.AsUInt16(), 8);
            high += highs.AsUInt16();
            highOdd += Vector512.ShiftRightLogical(highs.AsUInt16(), 8);
        }

        // Whole words were added, odd bytes and all: what the odd ones brought is taken off, modulo 2^16.
        low -= Vector512.ShiftLeft(lowOdd, 8);
        high -= Vector512.ShiftLeft(highOdd, 8);

        // Halves of each sum, then quarters: the rows of low, lowOdd, high and highOdd end up side by side.
        Vector512<ulong> lowHalves = AddHalves(low, lowOdd);
        Vector512<ulong> highHalves = AddHalves(high, highOdd);
        return Avx512F.Shuffle4x128(lowHalves, highHalves, 0b10_00_10_00).AsUInt16()
            + Avx512F.Shuffle4x128(lowHalves, highHalves, 0b11_01_11_01).AsUInt16();
    }

    /// <summary>The entries that 64 bytes of codes select: of rows 0 to 15, and of rows 16 to 31.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<byte> Low, Vector512<byte> High) LookUp(ref byte codes, ref byte table, nuint i)
    {
        Vector512<byte> nibble = Vector512.Create((byte)15);
        Vector512<byte> pairs = Vector512.LoadUnsafe(ref codes, i);
        Vector512<byte> entries = Vector512.LoadUnsafe(ref table, i);
        Vector512<byte> upper = Avx512BW.ShiftRightLogical(pairs.AsUInt16(), 4).AsByte() & nibble;
        return (Avx512BW.Shuffle(entries, pairs & nibble), Avx512BW.Shuffle(entries, upper));
    }

    /// <summary>The lower half of the result is the first's lower half plus its upper, the upper one the second's.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> AddHalves(Vector512<ushort> first, Vector512<ushort> second) =>
        (Avx512F.Shuffle4x128(first.AsUInt64(), second.AsUInt64(), 0b01_00_01_00).AsUInt16()
            + Avx512F.Shuffle4x128(first.AsUInt64(), second.AsUInt64(), 0b11_10_11_10).AsUInt16()).AsUInt64();

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
