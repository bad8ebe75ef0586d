using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tidepool.Index.Binary;

/// <summary>Writes little-endian values to a buffer writer; call <see cref="Flush"/> before using the buffer.</summary>
internal ref struct SpanWriter(IBufferWriter<byte> output)
{
    private static readonly UTF8Encoding s_strictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _free;
    private int _pending;
    private long _flushed;

    /// <summary>Bytes written so far through this writer.</summary>
    internal readonly long Position => _flushed + _pending;

    internal void WriteByte(byte value)
    {
        Reserve(sizeof(byte))[0] = value;
        _pending += sizeof(byte);
    }

    internal void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Reserve(sizeof(ushort)), value);
        _pending += sizeof(ushort);
    }

    internal void WriteInt32(int value) => WriteUInt32((uint)value);

    internal void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);
        _pending += sizeof(uint);
    }

    internal void WriteInt64(long value) => WriteUInt64((ulong)value);

    internal void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
        _pending += sizeof(ulong);
    }

    internal void WriteUInt128(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(Reserve(16), value);
        _pending += 16;
    }

    internal void WriteSingle(float value) => WriteUInt32(BitConverter.SingleToUInt32Bits(value));

    internal void WriteDouble(double value) => WriteUInt64(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Sixteen bytes in the order in which a Guid is written as text.</summary>
    internal void WriteGuid(Guid value)
    {
        value.TryWriteBytes(Reserve(16), bigEndian: true, out _);
        _pending += 16;
    }

    internal void WriteVarUInt64(ulong value)
    {
        Span<byte> free = Reserve(VarInt.MaxLength); // Changes _pending, so it must not stand inside a "+=" of it.
        _pending += VarInt.Write(free, value);
    }

    internal void WriteVarInt64(long value) => WriteVarUInt64(VarInt.ZigZag(value));

    internal void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> free = Reserve(1);
            int length = Math.Min(free.Length, bytes.Length);
            bytes[..length].CopyTo(free);
            _pending += length;
            bytes = bytes[length..];
        }
    }

    /// <summary>A byte string preceded by its length as a variable-length integer.</summary>
    internal void WriteLengthPrefixed(ReadOnlySpan<byte> bytes)
    {
        WriteVarUInt64((ulong)bytes.Length);
        WriteBytes(bytes);
    }

    /// <summary>A length-prefixed string of UTF-8; a lone surrogate is an <see cref="ArgumentException"/>.</summary>
    internal void WriteString(string value)
    {
        int length = s_strictUtf8.GetByteCount(value);
        WriteVarUInt64((ulong)length);
        s_strictUtf8.GetBytes(value, Reserve(length));
        _pending += length;
    }

    /// <summary>Hands everything written to the buffer writer.</summary>
    internal void Flush()
    {
        _output.Advance(_pending);
        _flushed += _pending;
        _pending = 0;
        _free = default;
    }

    private Span<byte> Reserve(int length)
    {
        if (_free.Length - _pending < length)
        {
            Flush();
            _free = _output.GetSpan(Math.Max(length, 256));
        }

        return _free[_pending..];
    }
}
