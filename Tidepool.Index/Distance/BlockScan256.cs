using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary><see cref="BlockScan"/> in 256-bit registers: two groups at a time.</summary>
internal static class BlockScan256
{
    private const int Step = 32;

    internal static uint SelectBelow(
        ref byte codes, ref byte table, int tableSizeBytes, in BlockBounds bounds, float threshold)
    {
        Span<float> lower = stackalloc float[BlockScan.Rows];
        Bound(ref codes, ref table, tableSizeBytes, bounds, lower);
        Vector256<float> limit = Vector256.Create(threshold);
        uint below = 0;
        for (int row = 0; row < BlockScan.Rows; row += Vector256<float>.Count)
        {
            Vector256<float> some = Vector256.Create<float>(lower[row..]);
            below |= Vector256.LessThan(some, limit).ExtractMostSignificantBits() << row;
        }

        return below;
    }

    /// <summary>Writes the lower bounds of all rows.</summary>
    internal static void Bound(
        ref byte codes, ref byte table, int tableSizeBytes, in BlockBounds bounds, Span<float> lower)
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

        // Two arrays of 32 numbers follow the codes.
        ref ushort factors = ref Unsafe.As<byte, ushort>(ref Unsafe.Add(ref codes, tableSizeBytes));
        Bound(ref factors, a, bounds).CopyTo(lower);
        Bound(ref Unsafe.Add(ref factors, 8), b, bounds).CopyTo(lower[8..]);
        Bound(ref Unsafe.Add(ref factors, 16), c, bounds).CopyTo(lower[16..]);
        Bound(ref Unsafe.Add(ref factors, 24), d, bounds).CopyTo(lower[24..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Bound(ref ushort factors, Vector256<int> sums, in BlockBounds bounds)
    {
        Vector256<float> product = Fma.MultiplyAdd(
            Vector256.ConvertToSingle(sums),
            Vector256.Create(bounds.Scale),
            Vector256.Create(bounds.Offset + bounds.Error));
        return Fma.MultiplyAdd(
            Load(ref Unsafe.Add(ref factors, BlockScan.Rows)),
            product,
            Load(ref factors) + Vector256.Create(bounds.CenterSquared));
    }

    /// <summary>Eight numbers of 16 bits as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ref ushort factors) =>
        (Avx2.ConvertToVector256Int32(Vector128.LoadUnsafe(ref factors)) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ushort> Low, Vector256<ushort> High) Sum(ref byte codes, ref byte table, int length)
    {
        Vector256<ushort> low = Vector256<ushort>.Zero;
        Vector256<ushort> lowOdd = Vector256<ushort>.Zero;
        Vector256<ushort> high = Vector256<ushort>.Zero;
        Vector256<ushort> highOdd = Vector256<ushort>.Zero;
        for (nuint i = 0; i < (nuint)length; i += 2 * Step)
        {
            // Inside: the length is a multiple of 64.
            (Vector256<byte> a, Vector256<byte> b) = LookUp(ref codes, ref table, i);
            (Vector256<byte> c, Vector256<byte> d) = LookUp(ref codes, ref table, i + Step);
            Vector256<ushort> lows = (a + c).AsUInt16();
            Vector256<ushort> highs = (b + d).AsUInt16();
            low += lows;
            lowOdd += Vector256.ShiftRightLogical(lows, 8);
            high += highs;
            highOdd += Vector256.ShiftRightLogical(highs, 8);
        }

        // Whole words were added, odd bytes and all: what the odd ones brought is taken off, modulo 2^16.
        low -= Vector256.ShiftLeft(lowOdd, 8);
        high -= Vector256.ShiftLeft(highOdd, 8);
        return (Vector256.Create(Fold(low), Fold(lowOdd)), Vector256.Create(Fold(high), Fold(highOdd)));
    }

    /// <summary>The entries that 32 bytes of codes select: of rows 0 to 15, and of rows 16 to 31.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<byte> Low, Vector256<byte> High) LookUp(ref byte codes, ref byte table, nuint i)
    {
        Vector256<byte> nibble = Vector256.Create((byte)15);
        Vector256<byte> pairs = Vector256.LoadUnsafe(ref codes, i);
        Vector256<byte> entries = Vector256.LoadUnsafe(ref table, i);
        Vector256<byte> upper = Vector256.ShiftRightLogical(pairs.AsUInt16(), 4).AsByte() & nibble;
        return (Avx2.Shuffle(entries, pairs & nibble), Avx2.Shuffle(entries, upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Fold(Vector256<ushort> halves) => halves.GetLower() + halves.GetUpper();
}
