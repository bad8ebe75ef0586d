namespace Tidepool.Index.Binary;

/// <summary>Unsigned LEB128: seven bits a byte, low bits first, the top bit says that more follow. One encoding a
/// value.</summary>
internal static class VarInt
{
    /// <summary>The most bytes that a value takes.</summary>
    internal const int MaxLength = 10;

    internal static int GetLength(ulong value)
    {
        int bits = 64 - System.Numerics.BitOperations.LeadingZeroCount(value | 1);
        return (bits + 6) / 7;
    }

    /// <summary>Writes a value and returns how many bytes it took.</summary>
    internal static int Write(Span<byte> destination, ulong value)
    {
        int length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads a value; 0 bytes when the input ends early, overflows 64 bits or is longer than it needs
    /// be.</summary>
    internal static int Read(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (int i = 0; i < source.Length && i < MaxLength; i++)
        {
            byte part = source[i];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                bool isCanonical = i == 0 || (part != 0 && (i < MaxLength - 1 || part == 1));
                return isCanonical ? i + 1 : 0;
            }
        }

        return 0;
    }

    /// <summary>Folds the sign into the lowest bit, so that small negative values stay short.</summary>
    internal static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    internal static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
