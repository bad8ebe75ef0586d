using System.Buffers.Binary;
using System.Numerics;

namespace Tidepool.Index.Binary;

/// <summary>XXH64 of the xxHash specification: the stored hash of document ids. Never change it.</summary>
internal static class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    internal static ulong Compute(ReadOnlySpan<byte> data, ulong seed = 0)
    {
        ulong length = (ulong)data.Length;
        ulong hash = data.Length >= 32 ? HashStripes(ref data, seed) : seed + Prime5;
        return Avalanche(HashRest(hash + length, data));
    }

    private static ulong HashStripes(ref ReadOnlySpan<byte> data, ulong seed)
    {
        ulong lane1 = seed + Prime1 + Prime2;
        ulong lane2 = seed + Prime2;
        ulong lane3 = seed;
        ulong lane4 = seed - Prime1;
        while (data.Length >= 32)
        {
            lane1 = Round(lane1, BinaryPrimitives.ReadUInt64LittleEndian(data));
            lane2 = Round(lane2, BinaryPrimitives.ReadUInt64LittleEndian(data[8..]));
            lane3 = Round(lane3, BinaryPrimitives.ReadUInt64LittleEndian(data[16..]));
            lane4 = Round(lane4, BinaryPrimitives.ReadUInt64LittleEndian(data[24..]));
            data = data[32..];
        }

        ulong hash = BitOperations.RotateLeft(lane1, 1) + BitOperations.RotateLeft(lane2, 7)
            + BitOperations.RotateLeft(lane3, 12) + BitOperations.RotateLeft(lane4, 18);
        hash = Merge(hash, lane1);
        hash = Merge(hash, lane2);
        hash = Merge(hash, lane3);
        return Merge(hash, lane4);
    }

    private static ulong HashRest(ulong hash, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(data));
            hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
            data = data[sizeof(ulong)..];
        }

        if (data.Length >= sizeof(uint))
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3;
            data = data[sizeof(uint)..];
        }

        foreach (byte value in data)
        {
            hash ^= value * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        return hash;
    }

    private static ulong Round(ulong lane, ulong input) =>
        BitOperations.RotateLeft(lane + (input * Prime2), 31) * Prime1;

    private static ulong Merge(ulong hash, ulong lane) => ((hash ^ Round(0, lane)) * Prime1) + Prime4;

    private static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }
}
