using System.Numerics;
using Tidepool.Index.Rows;

namespace Tidepool.Memtables;

/// <summary>The newest row of each id in a memtable: a hash table of packed locations with linear probing.</summary>
/// <remarks>One writer, any number of lock-free readers. A slot only ever moves on to a newer row of its own id, so a
/// reader that wants an older one follows the rows' links. The table is replaced when it grows.</remarks>
internal sealed class MemtableIndex
{
    private const int FirstSlotCount = 256;

    private long[] _slots;
    private int _used;

    /// <param name="rowCount">How many ids there is room for at first.</param>
    internal MemtableIndex(int rowCount) =>
        _slots = new long[Math.Max(FirstSlotCount, (int)BitOperations.RoundUpToPowerOf2((uint)rowCount * 2))];

    /// <summary>The newest row of an id, packed, or <see cref="MemtableChunk.NoPrevious"/>.</summary>
    internal long Find(DocumentKey key, Memtable memtable)
    {
        long[] slots = Volatile.Read(ref _slots);
        int mask = slots.Length - 1;
        for (int slot = FirstSlot(key.Hash, mask); ; slot = (slot + 1) & mask)
        {
            long entry = Volatile.Read(ref slots[slot]);
            if (entry == 0)
            {
                return MemtableChunk.NoPrevious;
            }

            if (memtable.HasKey(entry - 1, key))
            {
                return entry - 1;
            }
        }
    }

    /// <summary>Makes a row the newest of its id.</summary>
    internal void Set(DocumentKey key, long packed, Memtable memtable)
    {
        if ((_used + 1) * 2 > _slots.Length)
        {
            Grow(memtable);
        }

        int mask = _slots.Length - 1;
        int slot = FirstSlot(key.Hash, mask);
        while (_slots[slot] != 0 && !memtable.HasKey(_slots[slot] - 1, key))
        {
            slot = (slot + 1) & mask;
        }

        _used += _slots[slot] == 0 ? 1 : 0;
        Volatile.Write(ref _slots[slot], packed + 1);
    }

    /// <summary>Fibonacci hashing: integer ids are often consecutive, so their high bits must be stirred.</summary>
    private static int FirstSlot(ulong hash, int mask) =>
        (int)((hash * 0x9E3779B97F4A7C15UL) >> (64 - BitOperations.PopCount((uint)mask)));

    private void Grow(Memtable memtable)
    {
        long[] grown = new long[_slots.Length * 2];
        int mask = grown.Length - 1;
        foreach (long entry in _slots)
        {
            if (entry == 0)
            {
                continue;
            }

            int slot = FirstSlot(memtable.GetKeyHash(entry - 1), mask);
            while (grown[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            grown[slot] = entry;
        }

        Volatile.Write(ref _slots, grown);
    }
}
