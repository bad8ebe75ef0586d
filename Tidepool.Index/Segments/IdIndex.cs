using System.Numerics;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Segments;

/// <summary>A hash table from ids to ordinals, as it lies in a segment: u32 slots, open addressing, linear
/// probing.</summary>
/// <remarks>
/// <para>A slot is 0, or holds an ordinal plus 1 in its low bits (as many as the number of ordinals needs) and in the
/// others a tag: low bits of the mixed hash. With a million rows a tag has 12 bits, so that a lookup that finds nothing
/// reads one cache line of slots, and an id only once in some thousand times.</para>
/// <para>Hashes are mixed with a seed of the segment's own: integer ids are their own hashes, and nobody can choose
/// them so that they meet in every segment.</para>
/// </remarks>
internal readonly struct IdIndex
{
    private readonly ulong _seed;
    private readonly int _slotCount;
    private readonly int _ordinalBits;

    internal IdIndex(Guid segmentId, int slotCount, int rowCount)
    {
        Span<byte> id = stackalloc byte[16];
        segmentId.TryWriteBytes(id, bigEndian: true, out _);
        _seed = MemoryMarshal.Read<ulong>(id);
        _slotCount = slotCount;
        _ordinalBits = GetOrdinalBits(rowCount);
    }

    internal int SlotCount => _slotCount;

    /// <summary>Bits that hold any ordinal plus 1; at most 31.</summary>
    internal static int GetOrdinalBits(int rowCount) => 32 - BitOperations.LeadingZeroCount((uint)rowCount);

    internal ulong Mix(ulong keyHash) => HashMix.Apply(keyHash ^ _seed);

    /// <summary>The slot at which the search for an id starts.</summary>
    internal int GetHomeSlot(ulong mixedHash) => (int)Math.BigMul(mixedHash, (ulong)_slotCount, out _);

    internal int GetNextSlot(int slot) => slot + 1 == _slotCount ? 0 : slot + 1;

    /// <summary>The bits of a slot above the ordinal, in place.</summary>
    internal uint GetTag(ulong mixedHash) => (uint)mixedHash << _ordinalBits;

    internal bool HasTag(uint slotValue, uint tag) => slotValue >> _ordinalBits == tag >> _ordinalBits;

    /// <summary>The ordinal in a taken slot; may be out of range in a damaged segment.</summary>
    internal int GetOrdinal(uint slotValue) => (int)(slotValue & ((1U << _ordinalBits) - 1)) - 1;

    /// <summary>Takes the next free slot for a row.</summary>
    internal void Insert(Span<uint> slots, ulong keyHash, int ordinal)
    {
        ulong mixed = Mix(keyHash);
        int slot = GetHomeSlot(mixed);
        while (slots[slot] != 0)
        {
            slot = GetNextSlot(slot);
        }

        slots[slot] = GetTag(mixed) | (uint)(ordinal + 1);
    }
}
