using System.Buffers.Binary;
using System.Text;

namespace Tidepool.Index.Binary;

/// <summary>Reads little-endian values from hostile bytes; every fault is a
/// <see cref="SegmentFormatException"/>.</summary>
/// <param name="data">The bytes to read.</param>
/// <param name="baseOffset">Where they start in their object, for messages.</param>
internal ref struct SpanReader(ReadOnlySpan<byte> data, long baseOffset = 0)
{
    private static readonly UTF8Encoding s_strictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data = data;
    private readonly long _baseOffset = baseOffset;
    private int _position;

    /// <summary>Bytes read so far.</summary>
    internal readonly int Position => _position;

    /// <summary>Where the next byte lies in the object.</summary>
    internal readonly long Offset => _baseOffset + _position;

    internal readonly int Remaining => _data.Length - _position;

    internal byte ReadByte() => Take(sizeof(byte))[0];

    internal ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    internal int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    internal uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    internal long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    internal ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    internal UInt128 ReadUInt128() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    internal float ReadSingle() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    internal double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    /// <summary>Sixteen bytes in the order in which a Guid is written as text.</summary>
    internal Guid ReadGuid() => new(Take(16), bigEndian: true);

    internal ulong ReadVarUInt64()
    {
        int length = VarInt.Read(_data[_position..], out ulong value);
        if (length == 0)
        {
            throw Fault("a variable-length integer is cut short, too long or not in its shortest form");
        }

        _position += length;
        return value;
    }

    internal long ReadVarInt64() => VarInt.UnZigZag(ReadVarUInt64());

    /// <summary>A non-negative number of at most <paramref name="max"/>.</summary>
    internal int ReadVarInt32(int max, string what)
    {
        long start = Offset;
        ulong value = ReadVarUInt64();
        return value <= (ulong)max
            ? (int)value
            : throw new SegmentFormatException($"{what} is {value}, but can be at most {max}", start);
    }

    /// <summary>The length of a list whose elements take at least so many of the bytes that are left.</summary>
    internal int ReadCount(int minBytesPerElement, string what)
    {
        int start = _position;
        ulong value = ReadVarUInt64();
        int max = Remaining / minBytesPerElement;
        return value <= (ulong)max
            ? (int)value
            : throw new SegmentFormatException(
                $"{what} is {value}, but the bytes left hold at most {max}", _baseOffset + start);
    }

    /// <summary>Bytes in place, without a copy.</summary>
    internal ReadOnlySpan<byte> ReadBytes(int length) => Take(length);

    /// <summary>A byte string preceded by its length as a variable-length integer.</summary>
    internal ReadOnlySpan<byte> ReadLengthPrefixed(string what) => Take(ReadCount(1, what));

    /// <summary>A length-prefixed string of valid UTF-8.</summary>
    internal string ReadString(string what)
    {
        long start = Offset;
        ReadOnlySpan<byte> utf8 = ReadLengthPrefixed(what);
        try
        {
            return s_strictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException inner)
        {
            throw new SegmentFormatException($"{what} is not valid UTF-8", start, inner);
        }
    }

    internal void Skip(int length) => Take(length);

    /// <summary>Refuses bytes after the end of what the format describes.</summary>
    internal readonly void ExpectEnd()
    {
        if (Remaining != 0)
        {
            throw Fault($"{Remaining} bytes follow the end");
        }
    }

    /// <summary>A fault at the current position.</summary>
    internal readonly SegmentFormatException Fault(string message) => new(message, Offset);

    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)Remaining)
        {
            throw Fault($"{length} bytes expected, {Remaining} left");
        }

        ReadOnlySpan<byte> taken = _data.Slice(_position, length);
        _position += length;
        return taken;
    }
}
