using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Attributes;

/// <summary>What is known of <see cref="RowCount"/> rows without reading their values; 24 bytes, persisted.</summary>
/// <remarks>
/// The bounds span the values that are neither null nor NaN: an integer or instant as it is, a double as its bits, a
/// bool as 0 or 1, a dictionary-coded string as its code, any other string, bytes or Guid as its <see cref="KeyOf"/>.
/// Both are 0 when there is no value. A zone of only NaNs spans from +infinity to -infinity.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly struct Zone(ulong minimum, ulong maximum, int nullCount, int nanCount)
{
    /// <summary>How many rows one zone covers; the last one of a column may cover fewer.</summary>
    internal const int RowCount = 1_024;
    internal const int WordCount = RowCount / 64;
    internal const int SizeBytes = 24;

    private readonly ulong _minimum = minimum;
    private readonly ulong _maximum = maximum;
    private readonly int _nullCount = nullCount;
    private readonly int _nanCount = nanCount;

    internal ulong Minimum => _minimum;

    internal ulong Maximum => _maximum;

    internal int NullCount => _nullCount;

    internal int NanCount => _nanCount;

    internal static int CountFor(int rowCount) => (int)(((uint)rowCount + RowCount - 1) / RowCount);

    /// <summary>The first 8 bytes as a big-endian number, missing ones as 0: never decreasing in byte order.</summary>
    internal static ulong KeyOf(ReadOnlySpan<byte> text)
    {
        if (text.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(text);
        }

        ulong key = 0;
        for (int i = 0; i < text.Length; i++)
        {
            key |= (ulong)text[i] << (56 - (8 * i));
        }

        return key;
    }
}
