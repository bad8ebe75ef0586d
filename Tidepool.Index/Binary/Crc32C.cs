using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Tidepool.Index.Binary;

/// <summary>CRC-32C (Castagnoli, reflected, as in RFC 3720): the checksum of everything stored.</summary>
internal static class Crc32C
{
    internal static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    internal static uint Compute(in ReadOnlySequence<byte> data)
    {
        uint crc = 0;
        foreach (ReadOnlyMemory<byte> part in data)
        {
            crc = Append(crc, part.Span);
        }

        return crc;
    }

    /// <summary>The checksum of some bytes followed by <paramref name="data"/>, given the checksum of the
    /// former.</summary>
    internal static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        while (data.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return ~state;
    }
}
