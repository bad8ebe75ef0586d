namespace Tidepool.Index.Segments;

/// <summary>Mixing of 64-bit values; persisted through the id index and the row sum: never change it.</summary>
internal static class HashMix
{
    /// <summary>The finalizer of MurmurHash3: a bijection in which each input bit moves about half of the
    /// output's.</summary>
    internal static ulong Apply(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD;
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53;
        return value ^ (value >> 33);
    }
}
