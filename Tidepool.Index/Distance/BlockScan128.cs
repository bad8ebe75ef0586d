using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary><see cref="BlockScan"/> in 128-bit registers: a group at a time.</summary>
internal static class BlockScan128
{
    internal static uint SelectBelow(
        ref byte codes, ref byte table, int tableSizeBytes, in BlockBounds bounds, float threshold)
    {
        Span<float> lower = stackalloc float[BlockScan.Rows];
        Bound(ref codes, ref table, tableSizeBytes, bounds, lower);
        Vector128<float> limit = Vector128.Create(threshold);
        uint below = 0;
        for (int row = 0; row < BlockScan.Rows; row += Vector128<float>.Count)
        {
            Vector128<float> some = Vector128.Create<float>(lower[row..]);
            below |= Vector128.LessThan(some, limit).ExtractMostSignificantBits() << row;
        }

        return below;
    }

    /// <summary>Writes the lower bounds of all rows.</summary>
    internal static void Bound(
        ref byte codes, ref byte table, int tableSizeBytes, in BlockBounds bounds, Span<float> lower)
    {
        const int MaxChunk = BlockScan.MaxGroupsPerSum * BlockScan.GroupSizeBytes;
        Span<int> totals = stackalloc int[BlockScan.Rows];
        Span<ushort> sums = stackalloc ushort[BlockScan.Rows];
        totals.Clear();
        for (int start = 0; start < tableSizeBytes; start += MaxChunk)
        {
            Sum(
                ref Unsafe.Add(ref codes, start),
                ref Unsafe.Add(ref table, start),
                Math.Min(MaxChunk, tableSizeBytes - start),
                sums);
            for (int row = 0; row < BlockScan.Rows; row++)
            {
                totals[row] += sums[row];
            }
        }

        // Two arrays of 32 numbers follow the codes.
        ref ushort factors = ref Unsafe.As<byte, ushort>(ref Unsafe.Add(ref codes, tableSizeBytes));
        for (int row = 0; row < BlockScan.Rows; row += Vector128<int>.Count)
        {
            Vector128<float> product =
                (Vector128.ConvertToSingle(Vector128.Create<int>(totals[row..])) * bounds.Scale)
                + Vector128.Create(bounds.Offset + bounds.Error);
            Vector128<float> bound = Load(ref factors, row)
                + Vector128.Create(bounds.CenterSquared)
                + (Load(ref factors, BlockScan.Rows + row) * product);
            bound.CopyTo(lower[row..]);
        }
    }

    /// <summary>Four numbers of 16 bits as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Load(ref ushort factors, int first)
    {
        // In bounds: first + 3 is below 64.
        Vector64<ushort> bits = Vector64.LoadUnsafe(ref factors, (nuint)first);
        return (Vector128.WidenLower(bits.ToVector128()) << 16).AsSingle();
    }

    /// <summary>Writes the sums of rows 0 to 31.</summary>
    private static void Sum(ref byte codes, ref byte table, int length, Span<ushort> sums)
    {
        Vector128<byte> nibble = Vector128.Create((byte)15);
        Vector128<ushort> low = Vector128<ushort>.Zero;
        Vector128<ushort> lowOdd = Vector128<ushort>.Zero;
        Vector128<ushort> high = Vector128<ushort>.Zero;
        Vector128<ushort> highOdd = Vector128<ushort>.Zero;
        for (nuint i = 0; i < (nuint)length; i += BlockScan.GroupSizeBytes)
        {
            // Inside: the length is a multiple of a group's size.
            Vector128<byte> pairs = Vector128.LoadUnsafe(ref codes, i);
            Vector128<byte> entries = Vector128.LoadUnsafe(ref table, i);
            Vector128<ushort> a = Vector128.Shuffle(entries, pairs & nibble).AsUInt16();
            Vector128<ushort> b = Vector128.Shuffle(entries, Vector128.ShiftRightLogical(pairs, 4)).AsUInt16();
            low += a;
            lowOdd += Vector128.ShiftRightLogical(a, 8);
            high += b;
            highOdd += Vector128.ShiftRightLogical(b, 8);
        }

        // Whole words were added, odd bytes and all: what the odd ones brought is taken off, modulo 2^16.
        (low - Vector128.ShiftLeft(lowOdd, 8)).CopyTo(sums);
        lowOdd.CopyTo(sums[8..]);
        (high - Vector128.ShiftLeft(highOdd, 8)).CopyTo(sums[16..]);
        highOdd.CopyTo(sums[24..]);
    }
}
