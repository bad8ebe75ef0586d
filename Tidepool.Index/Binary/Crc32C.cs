using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Binary;

/// <summary>CRC-32C (Castagnoli, reflected, as in RFC 3720): the checksum of everything stored.</summary>
internal static class Crc32C
{
    /// <summary>Large enough that joining three lanes costs little, small enough that a 4 KiB log entry
    /// gains.</summary>
    internal const int LaneSizeBytes = 168 * sizeof(ulong);

    private static readonly uint[] s_overOneLane = BuildTable(LaneSizeBytes);
    private static readonly uint[] s_overTwoLanes = BuildTable(2 * LaneSizeBytes);

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
        while (data.Length >= 3 * LaneSizeBytes)
        {
            state = AdvanceThreeLanes(state, data);
            data = data[(3 * LaneSizeBytes)..];
        }

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

    /// <summary>The state after three lanes of bytes that follow each other.</summary>
    /// <remarks>
    /// The instruction takes three cycles but can start every cycle, so three lanes in turn keep it busy. A state is
    /// linear over GF(2): that of a concatenation is the state of the first part moved on by as many zero bytes as the
    /// second part has, plus the second part's own, started at zero.
    /// </remarks>
    private static uint AdvanceThreeLanes(uint state, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(data[..LaneSizeBytes]);
        ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(data.Slice(LaneSizeBytes, LaneSizeBytes));
        ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(data.Slice(2 * LaneSizeBytes, LaneSizeBytes));
        uint secondState = 0;
        uint thirdState = 0;
        for (int i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
        {
            state = BitOperations.Crc32C(state, LittleEndian(first[i]));
            secondState = BitOperations.Crc32C(secondState, LittleEndian(second[i]));
            thirdState = BitOperations.Crc32C(thirdState, LittleEndian(third[i]));
        }

        return Move(s_overTwoLanes, state) ^ Move(s_overOneLane, secondState) ^ thirdState;
    }

    private static ulong LittleEndian(ulong value) =>
        BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);

    /// <summary>Moves a state on over zero bytes, by a table of where each value of each of its bytes goes.</summary>
    private static uint Move(uint[] table, uint state) =>
        table[state & 0xFF]
        ^ table[0x100 + ((state >> 8) & 0xFF)]
        ^ table[0x200 + ((state >> 16) & 0xFF)]
        ^ table[0x300 + (state >> 24)];

    private static uint[] BuildTable(int zeroBytes)
    {
        uint[] table = new uint[4 * 0x100];
        for (int bit = 0; bit < 32; bit++)
        {
            uint moved = 1U << bit;
            for (int i = 0; i < zeroBytes; i++)
            {
                moved = BitOperations.Crc32C(moved, (byte)0);
            }

            // Linear: a byte goes where its bits go. Entries below this bit's own are complete already.
            int firstOfByte = bit / 8 * 0x100;
            int valueOfBit = 1 << (bit % 8);
            for (int lower = 0; lower < valueOfBit; lower++)
            {
                table[firstOfByte + valueOfBit + lower] = table[firstOfByte + lower] ^ moved;
            }
        }

        return table;
    }
}
