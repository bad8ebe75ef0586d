namespace Tidepool.Memtables;

/// <summary>A row of a memtable: which chunk (numbers only grow) and which ordinal in it.</summary>
internal readonly record struct MemtableLocation(int ChunkNumber, int Ordinal)
{
    internal long ToPacked() => ((long)ChunkNumber << 32) | (uint)Ordinal;

    internal static MemtableLocation FromPacked(long packed) => new((int)(packed >> 32), (int)(uint)packed);
}
