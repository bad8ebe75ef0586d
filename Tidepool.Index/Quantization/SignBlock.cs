using System.Buffers.Binary;

namespace Tidepool.Index.Quantization;

/// <summary>The signs of 32 rows as a scan reads them: four dimensions of all rows in 16 bytes.</summary>
/// <remarks>
/// Byte 16 g + m is for dimensions 4 g to 4 g + 3: its low nibble for row p(m), its high one for row p(m) + 16, where
/// p(m) is m / 2 for an even m and 8 + m / 2 for an odd one. In a nibble, dimension 4 g is the highest bit. Sums of 16
/// bits over even and over odd bytes so come out in the order of the rows.
/// </remarks>
internal static class SignBlock
{
    internal const int Rows = 32;

    /// <summary>How many bytes a block has.</summary>
    internal static int GetSize(int paddedDimensions) => paddedDimensions / 8 * Rows;

    /// <summary>Which row the low nibble of byte m of each group belongs to.</summary>
    internal static int GetRow(int m) => (m / 2) + (m % 2 * 8);

    /// <summary>How far apart rows of signs lie: whole numbers of eight bytes, as <see cref="Pack"/> reads
    /// them.</summary>
    internal static int GetRowStride(int paddedDimensions) => (paddedDimensions + 63) / 64 * 8;

    /// <summary>Packs 32 rows of signs.</summary>
    /// <param name="signs">Bit i % 8 of byte i / 8 of a row is dimension i; a row begins every
    /// <see cref="GetRowStride"/> bytes.</param>
    /// <param name="paddedDimensions">A multiple of 16.</param>
    /// <param name="block">Takes <see cref="GetSize"/> bytes.</param>
    internal static void Pack(ReadOnlySpan<byte> signs, int paddedDimensions, Span<byte> block)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(paddedDimensions % Rotation.Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(signs.Length, Rows * GetRowStride(paddedDimensions));
        ArgumentOutOfRangeException.ThrowIfNotEqual(block.Length, GetSize(paddedDimensions));
        Span<ulong> low = stackalloc ulong[8];
        Span<ulong> high = stackalloc ulong[8];
        int stride = GetRowStride(paddedDimensions);
        for (int column = 0; column < stride; column += 8)
        {
            int count = Math.Min(8, (paddedDimensions / 8) - column);
            for (int half = 0; half < 2; half++)
            {
                Transpose(signs, stride, column, 4 * half, low);
                Transpose(signs, stride, column, 16 + (4 * half), high);
                for (int i = 0; i < count; i++)
                {
                    // Byte column + i of a row has the dimensions of two groups.
                    Span<byte> groups = block.Slice((32 * (column + i)) + (8 * half), 24);
                    BinaryPrimitives.WriteUInt64LittleEndian(groups, Reverse(Join(low[i], high[i])));
                    BinaryPrimitives.WriteUInt64LittleEndian(groups[16..], Reverse(Join(low[i] >> 4, high[i] >> 4)));
                }
            }
        }
    }

    /// <summary>Turns 8 bytes of the rows first, first + 8, first + 1, first + 9 … into one number per byte.</summary>
    private static void Transpose(ReadOnlySpan<byte> signs, int stride, int column, int first, Span<ulong> columns)
    {
        for (int m = 0; m < 8; m++)
        {
            ReadOnlySpan<byte> row = signs[(((first + GetRow(m)) * stride) + column)..];
            columns[m] = BinaryPrimitives.ReadUInt64LittleEndian(row);
        }

        // The squares of 1, 2 and 4 bytes that do not lie on the diagonal change places.
        for (int i = 0; i < 8; i += 2)
        {
            Swap(ref columns[i], ref columns[i + 1], 8, 0x00FF00FF00FF00FF);
        }

        for (int i = 0; i < 8; i += i % 2 == 0 ? 1 : 3)
        {
            Swap(ref columns[i], ref columns[i + 2], 16, 0x0000FFFF0000FFFF);
        }

        for (int i = 0; i < 4; i++)
        {
            Swap(ref columns[i], ref columns[i + 4], 32, 0x00000000FFFFFFFF);
        }
    }

    private static void Swap(ref ulong upper, ref ulong lower, int shift, ulong mask)
    {
        ulong different = ((upper >> shift) ^ lower) & mask;
        lower ^= different;
        upper ^= different << shift;
    }

    private static ulong Join(ulong low, ulong high) =>
        (low & 0x0F0F0F0F0F0F0F0F) | ((high & 0x0F0F0F0F0F0F0F0F) << 4);

    /// <summary>Turns each nibble around: the last of its dimensions becomes the lowest bit.</summary>
    private static ulong Reverse(ulong nibbles)
    {
        nibbles = ((nibbles >> 1) & 0x5555555555555555) | ((nibbles & 0x5555555555555555) << 1);
        return ((nibbles >> 2) & 0x3333333333333333) | ((nibbles & 0x3333333333333333) << 2);
    }
}
